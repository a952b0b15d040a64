import { Injectable } from '@nestjs/common';
import { AbstractTimedSender } from 'bounce-ws';

/** Ticks ten times a second, on one of several servers for the subscribers of all. */
@Injectable()
export class ClockSender extends AbstractTimedSender<{ n: number }> {
  readonly event = 'clock';
  readonly schedule = { rateHz: 10 };
  override readonly once = 'cluster';
  private ticks = 0;

  protected createMessageData(): { n: number } {
    return { n: ++this.ticks };
  }
}
