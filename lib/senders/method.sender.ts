import type { SlowReaderPolicy } from '../connection/index.js';
import { AbstractTimedSender } from './abstract-timed-sender.js';
import type { EmitEveryMetadata } from './emit-every.decorator.js';
import type { Schedule } from './schedule.js';

/** The timed sender behind a method that carries `@EmitEvery`. */
export class MethodSender extends AbstractTimedSender {
  override readonly event: string;
  override readonly schedule: Schedule;
  override readonly autoStart: boolean;
  override readonly computeWhenIdle: boolean;
  override readonly once: 'cluster' | undefined;
  override readonly slowReaders: SlowReaderPolicy | undefined;

  constructor(
    { event, options }: EmitEveryMetadata,
    private readonly compute: () => unknown,
  ) {
    super();
    this.event = event;
    this.schedule = options;
    this.autoStart = options.autoStart ?? true;
    this.computeWhenIdle = options.computeWhenIdle ?? false;
    this.once = options.once;
    this.slowReaders = options.slowReaders;
  }

  protected override createMessageData(): unknown {
    return this.compute();
  }
}
