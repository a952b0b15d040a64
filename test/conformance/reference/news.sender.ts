import { Injectable } from '@nestjs/common';
import { AbstractSender } from 'bounce-ws';

/** Sends when told to. */
@Injectable()
export class NewsSender extends AbstractSender<{ text: string }, [text: string]> {
  readonly event = 'news';

  protected createMessageData(text: string): { text: string } {
    return { text };
  }
}
