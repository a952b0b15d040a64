import { WebSocketGateway } from '@nestjs/websockets';
import { EmitEvery } from 'bounce-ws';

const FAIR_PRICE = 100;

/** A made-up share whose price wanders about and is drawn back to what it is worth. */
@WebSocketGateway()
export class MarketGateway {
  private price = FAIR_PRICE;

  @EmitEvery('price', { rateHz: 10 })
  tick() {
    const pull = (FAIR_PRICE - this.price) * 0.01;
    const noise = (Math.random() + Math.random() + Math.random() - 1.5) * 0.6;
    this.price += pull + noise;
    return { price: Math.round(this.price * 100) / 100 };
  }
}
