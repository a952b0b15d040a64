import { CHROMIUM, findSystemTool } from './system-tool.js';

/** Before any test file runs: one of two at once would find a Chromium that the other has installed by half. */
export default async function installChromium(): Promise<void> {
  // The tests that need it say why it is not there; the others can do without.
  await findSystemTool(CHROMIUM).catch(() => undefined);
}
