import { join } from 'node:path';
import ts from 'typescript';
import { type Document, ROOT } from './documents.js';
import { type Snippet, snippetsOf } from './snippets.js';

/** What `nest new` puts into a `tsconfig.json`, with `strict` on. */
const USERS_CONFIG = {
  compilerOptions: {
    target: 'ES2023',
    lib: ['ES2023', 'DOM', 'DOM.Iterable'],
    module: 'nodenext',
    moduleResolution: 'nodenext',
    types: ['node'],
    strict: true,
    strictPropertyInitialization: false,
    noImplicitOverride: true,
    isolatedModules: true,
    esModuleInterop: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    skipLibCheck: true,
    noEmit: true,
    paths: {
      'bounce-ws': ['./lib/index.ts'],
      'bounce-ws/jwt': ['./lib/jwt/index.ts'],
      'bounce-ws/client': ['./lib/client/node.ts'],
      'bounce-ws/client/recovery': ['./lib/client/recovery/index.ts'],
      'bounce-ws/codecs/*': ['./lib/protocol/codecs/*.codec.ts'],
    },
  },
  files: [],
};

/** The compiler options that the documents' code is held to. */
export const USERS_OPTIONS = ts.parseJsonConfigFileContent(USERS_CONFIG, ts.sys, ROOT).options;

/** Type-checks all TypeScript of the documents at once. @returns `file:line message` for everything that is wrong */
export function typeCheck(
  documents: readonly Document[],
  given: Readonly<Record<string, string>> = {},
): string[] {
  const files = new Map<string, { document: Document; snippet: Snippet }>();
  const complaints: string[] = [];
  for (const document of documents) {
    for (const snippet of snippetsOf(document)) {
      const path = join(folderOf(document), snippet.fileName);
      if (files.has(path)) complaints.push(`${place(snippet, 0)} a second ${snippet.fileName}`);
      files.set(path, { document, snippet });
    }
  }
  const text = (path: string): string | undefined => {
    const file = files.get(path);
    return file === undefined
      ? undefined
      : `${file.snippet.source}${given[file.document.path] ?? ''}`;
  };
  const program = ts.createProgram([...files.keys()], USERS_OPTIONS, hostWith(text));
  for (const [path, { snippet }] of files) {
    const source = program.getSourceFile(path);
    const diagnostics = [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ];
    for (const { start = 0, messageText } of diagnostics) {
      const { line = 0 } = source?.getLineAndCharacterOfPosition(start) ?? {};
      complaints.push(
        `${place(snippet, line)} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      );
    }
  }
  return complaints;
}

/** Compiles one block to an ES module. */
export function compile({ source, fileName }: Snippet): string {
  const compilerOptions = { ...USERS_OPTIONS, module: ts.ModuleKind.ESNext };
  return ts.transpileModule(source, { compilerOptions, fileName }).outputText;
}

// Nothing is ever written there: the compiler only has to find the repository's node_modules above it.
function folderOf({ path }: Document): string {
  return join(ROOT, 'test/docs/dist', path.replaceAll(/[/.]/g, '-'));
}

function place({ block, linesBefore }: Snippet, line: number): string {
  return `${block.document}:${block.line + line - linesBefore}`;
}

function hostWith(text: (path: string) => string | undefined): ts.CompilerHost {
  const disk = ts.createCompilerHost(USERS_OPTIONS);
  return {
    ...disk,
    fileExists: (path) => text(path) !== undefined || disk.fileExists(path),
    readFile: (path) => text(path) ?? disk.readFile(path),
    getSourceFile: (path, options, ...rest) => {
      const given = text(path);
      return given === undefined
        ? disk.getSourceFile(path, options, ...rest)
        : ts.createSourceFile(path, given, options);
    },
    // The folders of the snippets are nowhere on the disk.
    directoryExists: () => true,
  };
}
