import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../../..');
const PROMPT = '> ';

/** Types lines into Node's REPL, each when it prompts for it. @returns What it shows for each */
export async function typeIntoRepl(lines: readonly string[]): Promise<string[]> {
  const repl = spawn(process.execPath, ['--interactive', '--no-warnings'], { cwd: ROOT });
  const closed = once(repl, 'close');
  const waiting = [...lines, '.exit'];
  const shown: string[] = [];
  let output = '';
  repl.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (!output.endsWith(PROMPT)) return;
    shown.push(output.slice(0, -PROMPT.length).trim());
    output = '';
    repl.stdin.write(`${waiting.shift()}\n`);
  });
  await closed;
  // What comes before the first prompt is a welcome.
  return shown.slice(1);
}
