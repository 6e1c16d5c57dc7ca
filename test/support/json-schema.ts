/** What docs/audit.schema.json uses of JSON Schema (draft 7). */
export type Schema = {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  readonly items?: Schema;
  readonly maxItems?: number;
};

/** Returns what in a value is not as the schema has it; empty if nothing is. */
export function checkAgainst(schema: Schema, value: unknown, at = '$'): readonly string[] {
  const options = schema.oneOf ?? schema.anyOf;
  if (options !== undefined) {
    const fits = options.filter((option) => checkAgainst(option, value, at).length === 0).length;
    const isRight = schema.oneOf === undefined ? fits > 0 : fits === 1;
    return isRight
      ? []
      : [`${at} fits ${fits} of ${options.length}`, ...options.flatMap((each) => checkAgainst(each, value, at))];
  }
  if ('const' in schema) return value === schema.const ? [] : [`${at} is not ${JSON.stringify(schema.const)}`];
  if (schema.enum !== undefined) return schema.enum.includes(value) ? [] : [`${at} is ${JSON.stringify(value)}`];
  const types = schema.type === undefined ? null : [schema.type].flat();
  if (types !== null && !types.includes(nameType(value))) return [`${at} is ${nameType(value)}, not ${types.join()}`];
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const isLong = items.length > (schema.maxItems ?? Number.POSITIVE_INFINITY);
    return [
      ...(isLong ? [`${at} is too long`] : []),
      ...items.flatMap((item, index) => checkAgainst(schema.items ?? {}, item, `${at}[${index}]`)),
    ];
  }
  if (typeof value !== 'object' || value === null) return [];
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const { properties = {}, required = [] } = schema;
  return [
    ...required.filter((name) => !(name in fields)).map((name) => `${at}.${name} is missing`),
    ...Object.entries(fields).flatMap(([name, item]) => {
      const known = properties[name];
      if (known !== undefined) return checkAgainst(known, item, `${at}.${name}`);
      return schema.additionalProperties === false ? [`${at}.${name} is not known`] : [];
    }),
  ];
}

function nameType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
