import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';

/** Writes a page as `npm run format` would leave it. */
export async function writePage(file: string, markdown: string): Promise<void> {
  const style = await resolveConfig('package.json');
  await writeFile(file, await format(markdown, { ...style, parser: 'markdown' }));
}
