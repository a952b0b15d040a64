import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Document } from './documents.js';
import { type Snippet, snippetsOf } from './snippets.js';
import { compile } from './type-check.js';

/** The code of a document, compiled, in a folder that git, the linter and the compiler leave alone. */
export class DocumentModules {
  private constructor(
    readonly folder: string,
    readonly snippets: readonly Snippet[],
  ) {}

  /** Compiles every TypeScript block of a document. */
  static async write(document: Document): Promise<DocumentModules> {
    const name = document.path.replaceAll(/\W/g, '-');
    const folder = join(import.meta.dirname, '../dist', name);
    await mkdir(folder, { recursive: true });
    const modules = new DocumentModules(folder, snippetsOf(document));
    for (const snippet of modules.snippets) {
      await writeFile(modules.#pathOf(snippet.fileName), compile(snippet));
    }
    return modules;
  }

  /** Runs one block and returns what it declares, by name. */
  async load(fileName: string): Promise<Readonly<Record<string, unknown>>> {
    return (await import(this.#pathOf(fileName))) as Readonly<Record<string, unknown>>;
  }

  /** Removes the folder. */
  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  #pathOf(fileName: string): string {
    return join(this.folder, fileName.replace(/\.ts$/, '.js'));
  }
}
