import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, EmitEvery, OnEvent } from 'bounce-ws';
import { NewsSender } from './news.sender.js';

/** What clients subscribe to, beside the sender classes. */
@WebSocketGateway()
export class NewsGateway {
  private ticks = 0;

  constructor(private readonly news: NewsSender) {}

  @OnEvent('publish_news')
  publish(_client: BounceSocket, text: string): Promise<void> {
    return this.news.send(text);
  }

  @EmitEvery('fast', { rateHz: 60 })
  fast(): { n: number } {
    return { n: ++this.ticks };
  }
}
