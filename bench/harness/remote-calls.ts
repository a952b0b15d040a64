/** A call from one process to another over the IPC channel that `child_process` opens. */
export interface CallMessage {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

/** The answer to a {@link CallMessage} with the same id. */
export interface AnswerMessage {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** What the functions of `T` take. */
export type ArgumentsOf<F> = F extends (...args: infer A) => unknown ? A : never;

/** What the functions of `T` answer. */
export type ResultOf<F> = F extends (...args: never) => infer R ? Awaited<R> : never;

/** Lets the parent process call these functions, and ends this process with the parent. */
export function answerCalls(calls: object): void {
  process.on('message', (message) => void answer(calls, message as CallMessage));
  process.on('disconnect', () => process.exit(0));
}

async function answer(calls: object, { id, name, args }: CallMessage): Promise<void> {
  let message: AnswerMessage;
  try {
    const call = Reflect.get(calls, name) as (...args: readonly unknown[]) => unknown;
    message = { id, result: await call(...args) };
  } catch (error) {
    message = {
      id,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
  process.send?.(message);
}
