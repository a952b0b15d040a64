import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { compileScript, compileTemplate, parse } from 'vue/compiler-sfc';
import { type CodeBlock, readDocument, ROOT } from '../../docs/support/documents.js';
import { snippetsOf } from '../../docs/support/snippets.js';
import { USERS_OPTIONS } from '../../docs/support/type-check.js';

const DOCUMENT = readDocument('docs/client.md');

// Nothing is written there: the compiler has to find node_modules above it.
const FOLDER = join(ROOT, 'test/unit/client/snippets');

/** What the script of `<script src="/bounce-ws/client.js">` adds to a page. */
const PAGE_GLOBALS = `
  declare const BounceClient: typeof import('bounce-ws/client').BounceClient;
  declare let HANDLERS: Record<string, (message: any) => unknown>;
  declare function sendMessage(message: { readonly event: string; readonly [field: string]: unknown }): void;
`;

const blocksIn = (language: string): CodeBlock[] =>
  DOCUMENT.blocks.filter((block) => block.language === language);

/** Type-checks files that exist in memory only. @returns What is wrong with them */
function check(files: ReadonlyMap<string, string>, options: ts.CompilerOptions = {}): string[] {
  const all = new Map([...files].map(([name, text]) => [join(FOLDER, name), text]));
  const settings = { ...USERS_OPTIONS, jsx: ts.JsxEmit.ReactJSX, ...options };
  const host = ts.createCompilerHost(settings);
  const program = ts.createProgram([...all.keys()], settings, {
    ...host,
    fileExists: (path) => all.has(path) || host.fileExists(path),
    readFile: (path) => all.get(path) ?? host.readFile(path),
    getSourceFile: (path, target) => {
      const text = all.get(path);
      return text === undefined
        ? host.getSourceFile(path, target)
        : ts.createSourceFile(path, text, target);
    },
    directoryExists: () => true,
  });
  return [...all.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    return [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ].map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  });
}

/** The module that the snippets for frameworks share. */
function sharedModule(): [name: string, text: string] {
  const { fileName, source } = snippetsOf(DOCUMENT).find(
    (snippet) => snippet.fileName === 'chat-client.ts',
  )!;
  return [fileName, source];
}

/** A Vue component as the TypeScript that its bundler makes of it, template included. */
function compileVue({ code, line }: CodeBlock): string {
  const { descriptor, errors } = parse(code, { filename: 'Chat.vue' });
  expect(errors).toEqual([]);
  const id = `line-${line}`;
  const { bindings } = compileScript(descriptor, { id });
  const template = compileTemplate({
    id,
    filename: 'Chat.vue',
    source: descriptor.template!.content,
    compilerOptions: bindings === undefined ? {} : { bindingMetadata: bindings },
  });
  expect([...template.errors, ...template.tips]).toEqual([]);
  return compileScript(descriptor, { id, inlineTemplate: true }).content;
}

describe('the snippets for frameworks', () => {
  it('compile in React', { timeout: 60_000 }, () => {
    const blocks = blocksIn('tsx');
    expect(blocks).toHaveLength(1);
    const files = new Map([
      sharedModule(),
      ...blocks.map(({ code }) => ['chat.tsx', code] as const),
    ]);
    expect(check(files)).toEqual([]);
    const wrong = blocks[0]!.code.replace("chat.on('announce'", "chat.on('anounce'");
    expect(check(new Map([sharedModule(), ['chat.tsx', wrong]]))).not.toEqual([]);
  });

  it('compile in Vue, with their templates', { timeout: 60_000 }, () => {
    const blocks = blocksIn('vue');
    expect(blocks).toHaveLength(1);
    const [block] = blocks;
    const component = compileVue(block!);
    // What the compiler makes of a template is not written for the strictest settings.
    const options = { strict: false, noImplicitOverride: false };
    expect(check(new Map([sharedModule(), ['Chat.vue.ts', component]]), options)).toEqual([]);
    for (const wrong of [
      component.replace("chat.on('announce'", "chat.on('anounce'"),
      component.replace('message.text', 'message.txt'),
    ]) {
      expect(wrong).not.toBe(component);
      expect(check(new Map([sharedModule(), ['Chat.vue.ts', wrong]]), options)).not.toEqual([]);
    }
  });

  it.each(blocksIn('html').map((block) => [block.line, block] as const))(
    'compile in a page: line %i',
    { timeout: 60_000 },
    (_line, { code }) => {
      const script = [...code.matchAll(/<script>(.*?)<\/script>/gs)]
        .map(([, text]) => text)
        .join('\n');
      const files = new Map([
        ['globals.d.ts', PAGE_GLOBALS],
        ['page.js', `${script}\nexport {};`],
      ]);
      const options = { allowJs: true, checkJs: true, strict: false, isolatedModules: false };
      expect(check(files, options)).toEqual([]);
    },
  );
});
