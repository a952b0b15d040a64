import { basename } from 'node:path';
import ts from 'typescript';
import type { CodeBlock, Document } from './documents.js';

/** A TypeScript code block as a module of its own. */
export interface Snippet {
  readonly block: CodeBlock;
  /** What the block calls itself in a first line `// main.ts`, or a name made from its place. */
  readonly fileName: string;
  readonly source: string;
  /** How many lines of the source come before the block's own. */
  readonly linesBefore: number;
}

interface Parsed {
  readonly block: CodeBlock;
  readonly fileName: string;
  /** Handlers shown without their class are checked inside one. */
  readonly isMembers: boolean;
  /** What the block declares itself, by name. */
  readonly declared: ReadonlyMap<
    string,
    { readonly isType: boolean; readonly isExported: boolean }
  >;
  /** What it imports, by name: the import statement of just that name. */
  readonly imported: ReadonlyMap<string, string>;
  readonly used: ReadonlySet<string>;
}

// What the gateway around handlers without a class is made of; the documents say so where they begin.
const GATEWAY = [
  `import { WebSocketGateway as GatewayOfSnippet } from '@nestjs/websockets';`,
  `import { BroadcastService as BroadcastOfSnippet, RoomService as RoomsOfSnippet } from 'bounce-ws';`,
  `@GatewayOfSnippet() export class SnippetGateway {`,
  `constructor(readonly rooms: RoomsOfSnippet, readonly broadcast: BroadcastOfSnippet) {}`,
  '',
].join('\n');

/**
 * The TypeScript blocks of a document as modules. A name that a block neither declares nor imports comes from the block
 * before it that does: a document imports and declares things once, where the reader meets them first.
 */
export function snippetsOf({ blocks }: Document): Snippet[] {
  const parsed = blocks.filter(({ language }) => language === 'ts').map(parse);
  return parsed.map((one, index) => {
    const before = parsed.slice(0, index).toReversed();
    const borrowed = [...one.used].flatMap((name) => borrow(name, one, before) ?? []);
    const head = [...borrowed, one.isMembers ? GATEWAY : ''].join('\n');
    const exports = [...one.declared]
      .filter(([, { isExported }]) => !isExported)
      .map(([name, { isType }]) => (isType ? `type ${name}` : name));
    const tail = `${one.isMembers ? '}' : ''}\nexport { ${exports.join(', ')} };`;
    return {
      block: one.block,
      fileName: one.fileName,
      source: `${head}\n${one.block.code}\n${tail}\n`,
      linesBefore: head.split('\n').length,
    };
  });
}

function borrow(name: string, to: Parsed, before: readonly Parsed[]): string | undefined {
  if (to.declared.has(name) || to.imported.has(name)) return undefined;
  const from = before.find(({ declared, imported }) => declared.has(name) || imported.has(name));
  const declared = from?.declared.get(name);
  if (from === undefined || declared === undefined) return from?.imported.get(name);
  const module = from.fileName.replace(/\.ts$/, '.js');
  return `import { ${declared.isType ? 'type ' : ''}${name} } from './${module}';`;
}

function parse(block: CodeBlock): Parsed {
  const name = /^\/\/ (\S+\.ts)$/m.exec(block.code.split('\n')[0] ?? '')?.[1];
  const fileName = name === undefined ? `line-${block.line}.ts` : basename(name);
  const isMembers = !isModule(block.code) && isModule(`class Members { ${block.code}\n }`);
  const source = ts.createSourceFile(fileName, block.code, ts.ScriptTarget.Latest, true);
  return {
    block,
    fileName,
    isMembers,
    declared: isMembers ? new Map() : declarationsOf(source),
    imported: importsOf(source),
    used: identifiersOf(source),
  };
}

function isModule(code: string): boolean {
  const compilerOptions = { experimentalDecorators: true, module: ts.ModuleKind.ESNext };
  const { diagnostics } = ts.transpileModule(code, { compilerOptions, reportDiagnostics: true });
  return diagnostics?.length === 0;
}

function declarationsOf(source: ts.SourceFile): Parsed['declared'] {
  const declared = new Map<string, { isType: boolean; isExported: boolean }>();
  for (const statement of source.statements) {
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
    const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
    if (isType || ts.isClassDeclaration(statement) || ts.isFunctionDeclaration(statement)) {
      if (statement.name !== undefined) declared.set(statement.name.text, { isType, isExported });
    } else if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) {
        if (ts.isIdentifier(name)) declared.set(name.text, { isType: false, isExported });
      }
    }
  }
  return declared;
}

function importsOf(source: ts.SourceFile): Map<string, string> {
  const imported = new Map<string, string>();
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const from = statement.moduleSpecifier.getText(source);
    const isTypeOnly = statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    const bindings = statement.importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
    for (const element of bindings.elements) {
      const prefix = isTypeOnly && !element.isTypeOnly ? 'type ' : '';
      imported.set(
        element.name.text,
        `import { ${prefix}${element.getText(source)} } from ${from};`,
      );
    }
  }
  return imported;
}

function identifiersOf(source: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}
