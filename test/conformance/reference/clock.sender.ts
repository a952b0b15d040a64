import { Injectable } from '@nestjs/common';
import { AbstractTimedSender } from 'bounce-ws';

/** Ticks ten times a second. */
@Injectable()
export class ClockSender extends AbstractTimedSender<{ n: number }> {
  readonly event = 'clock';
  readonly schedule = { rateHz: 10 };
  private ticks = 0;

  protected createMessageData(): { n: number } {
    return { n: ++this.ticks };
  }
}
