/** Source: R Internals, "Serialization Formats"; R 4.2 src/main/serialize.c for the numbers. */
export const TYPE = {
  symbol: 1,
  pairlist: 2,
  closure: 3,
  environment: 4,
  promise: 5,
  language: 6,
  special: 7,
  builtin: 8,
  text: 9,
  logical: 10,
  integer: 13,
  double: 14,
  complex: 15,
  string: 16,
  dots: 17,
  list: 19,
  expression: 20,
  bytecode: 21,
  pointer: 22,
  weakReference: 23,
  raw: 24,
  s4: 25,
  altrep: 238,
  attributePairlist: 239,
  attributeLanguage: 240,
  baseEnvironment: 241,
  emptyEnvironment: 242,
  codeReference: 243,
  codeDefinition: 244,
  persistent: 247,
  package: 248,
  namespace: 249,
  baseNamespace: 250,
  missingArgument: 251,
  unbound: 252,
  globalEnvironment: 253,
  null: 254,
  reference: 255,
} as const;

export const HAS_ATTRIBUTES = 512;
export const HAS_TAG = 1024;
/** Mark of a text in the encoding of Western Europe. */
export const LATIN1 = 4 << 12;
/** What stands for itself within compiled code. */
export const CODE_LANGUAGE = new Set<number>([
  TYPE.pairlist,
  TYPE.language,
  TYPE.codeReference,
  TYPE.codeDefinition,
  TYPE.attributeLanguage,
  TYPE.attributePairlist,
]);
