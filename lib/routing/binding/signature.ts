import { type Node, type Pattern, parse } from 'acorn';

/** The type of a default value that is a literal. */
export type LiteralType = 'string' | 'number' | 'boolean' | 'array' | 'object';

/** One parameter as it stands in the source. */
export interface SignatureParameter {
  /** `undefined` for a destructured or rest parameter. */
  readonly name: string | undefined;
  readonly hasDefault: boolean;
  readonly defaultType: LiteralType | undefined;
}

/**
 * Reads a method's parameters from its source text.
 *
 * @returns `undefined` when the source cannot be read: native code, or a syntax newer than the parser
 */
export function readSignature(
  method: (...args: never[]) => unknown,
): SignatureParameter[] | undefined {
  const source = Function.prototype.toString.call(method);
  // A method's source stands only in a class; a function's or an arrow's stands alone.
  const params = parametersOf(`(class { ${source} })`) ?? parametersOf(`(${source})`);
  return params?.map(describe);
}

function parametersOf(source: string): Pattern[] | undefined {
  let program;
  try {
    // Private names are declared in the real class, which is not part of the text.
    program = parse(source, {
      ecmaVersion: 'latest',
      sourceType: 'module',
      checkPrivateFields: false,
    });
  } catch {
    return undefined;
  }
  const [statement] = program.body;
  if (statement?.type !== 'ExpressionStatement') return undefined;
  const { expression } = statement;
  if (expression.type === 'ClassExpression') {
    const [member] = expression.body.body;
    return member?.type === 'MethodDefinition' ? member.value.params : undefined;
  }
  const isFunction =
    expression.type === 'FunctionExpression' || expression.type === 'ArrowFunctionExpression';
  return isFunction ? expression.params : undefined;
}

function describe(parameter: Pattern): SignatureParameter {
  if (parameter.type === 'Identifier') {
    return { name: parameter.name, hasDefault: false, defaultType: undefined };
  }
  if (parameter.type === 'AssignmentPattern') {
    const name = parameter.left.type === 'Identifier' ? parameter.left.name : undefined;
    return { name, hasDefault: true, defaultType: literalType(parameter.right) };
  }
  return { name: undefined, hasDefault: false, defaultType: undefined };
}

const TYPE_OF_EXPRESSION: ReadonlyMap<string, LiteralType> = new Map([
  ['TemplateLiteral', 'string'],
  ['ArrayExpression', 'array'],
  ['ObjectExpression', 'object'],
]);

const TYPE_OF_OPERATOR: ReadonlyMap<string, LiteralType> = new Map([
  ['-', 'number'],
  ['+', 'number'],
  ['!', 'boolean'],
]);

function literalType(node: Node): LiteralType | undefined {
  if (node.type === 'Literal' && 'value' in node) {
    const type = typeof node.value;
    return type === 'string' || type === 'number' || type === 'boolean' ? type : undefined;
  }
  if (node.type === 'UnaryExpression' && 'operator' in node) {
    return TYPE_OF_OPERATOR.get(String(node.operator));
  }
  return TYPE_OF_EXPRESSION.get(node.type);
}
