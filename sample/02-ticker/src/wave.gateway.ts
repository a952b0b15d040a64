import { WebSocketGateway } from '@nestjs/websockets';
import { BroadcastService, EmitEvery, OnEvent, Payload, type BounceSocket } from 'bounce-ws';
import { TuneDto } from './tune.dto.js';

/** One oscillator for everybody: who turns the knob turns it for all. */
@WebSocketGateway()
export class WaveGateway {
  private hz = 0.5;
  private phase = 0;
  private sampledAt = performance.now();

  constructor(private readonly broadcast: BroadcastService) {}

  @EmitEvery('wave', { rateHz: 60 })
  sample() {
    const now = performance.now();
    // Summing up the phase keeps the curve unbroken when the frequency changes.
    this.phase += ((now - this.sampledAt) / 1000) * this.hz * 2 * Math.PI;
    this.sampledAt = now;
    const y = Math.sin(this.phase) * 0.75 + Math.sin(this.phase * 3 + 1) * 0.25;
    return { y: Math.round(y * 1000) / 1000 };
  }

  @OnEvent('connect')
  greet(client: BounceSocket) {
    client.emit('tuned', { hz: this.hz });
  }

  @OnEvent('tune')
  tune(_client: BounceSocket, @Payload() { hz }: TuneDto) {
    this.hz = hz;
    this.broadcast.toAll().emit('tuned', { hz });
  }
}
