import { WebSocketGateway } from '@nestjs/websockets';
import { EmitEvery } from 'bounce-ws';
import { CLOCK_HZ, NEWS } from '../../payloads.js';
import { serve } from '../support/serve.js';
import { startBounce } from './bounce.js';

@WebSocketGateway()
class ClockGateway {
  @EmitEvery('clock', { rateHz: CLOCK_HZ })
  tick() {
    return NEWS;
  }
}

serve(() => startBounce(ClockGateway));
