// Writes the shapes of the published schema as TypeScript, for the compiler to compare. It knows the few forms that
// the schema has and stops at any other one.

/** A part of a JSON Schema. */
export interface Shape {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Shape>>;
  readonly type?: string | readonly string[];
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Shape;
  readonly items?: Shape;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly oneOf?: readonly Shape[];
  readonly anyOf?: readonly Shape[];
}

const PLAIN: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
};

/** An exported type for each definition of these documents. */
export function wire(documents: readonly Shape[]): string {
  const all = new Map<string, Shape>();
  for (const document of documents) {
    for (const [name, shape] of Object.entries(document.$defs ?? {})) all.set(name, shape);
  }
  return [...all].map(([name, shape]) => `export type ${name} = ${typeOf(shape)};\n`).join('');
}

/** What a shape is in TypeScript. */
export function typeOf(shape: Shape): string {
  if (shape.$ref !== undefined) return shape.$ref.replace('#/$defs/', '');
  const options = shape.oneOf ?? shape.anyOf;
  if (options !== undefined) return options.map(typeOf).join(' | ');
  if (shape.const !== undefined) return JSON.stringify(shape.const);
  if (shape.enum !== undefined) return shape.enum.map((word) => JSON.stringify(word)).join(' | ');
  if (Array.isArray(shape.type))
    return shape.type.map((type: string) => typeOf({ ...shape, type })).join(' | ');
  if (shape.type === 'object') return objectOf(shape);
  if (shape.type === 'array' && shape.items !== undefined) return listOf(shape, typeOf(shape.items));
  const prefix = shape.pattern?.match(/^\^([a-z]{3}_)/u)?.[1];
  if (prefix !== undefined) return `\`${prefix}\${string}\``;
  const plain = PLAIN[String(shape.type)];
  if (plain === undefined) throw new Error(`no TypeScript for ${JSON.stringify(shape)}`);
  return plain;
}

function listOf(shape: Shape, item: string): string {
  if (shape.minItems === undefined || shape.minItems !== shape.maxItems) return `(${item})[]`;
  return `[${Array.from({ length: shape.minItems }, () => item).join(', ')}]`;
}

function objectOf(shape: Shape): string {
  const inner = shape.additionalProperties;
  if (shape.properties === undefined) {
    if (inner === undefined || inner === false) return 'Record<string, never>';
    return `Record<string, ${inner === true ? 'unknown' : typeOf(inner)}>`;
  }
  const required = new Set(shape.required ?? []);
  const fields = Object.entries(shape.properties).map(
    ([name, field]) => `${JSON.stringify(name)}${required.has(name) ? '' : '?'}: ${typeOf(field)}`,
  );
  return `{ ${fields.join('; ')} }`;
}
