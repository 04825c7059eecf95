import type { Value } from '../ir/value.ts';

import { defineUnary } from './families/unary.ts';
import { ANY } from './families/dtypes.ts';
import { type OpDef } from './op-def.ts';

export const Identity: OpDef = defineUnary({
  name: 'Identity',
  since: 16,
  dtypes: ANY,
  compute: (x) => x,
  vjp: (g) => g,
  rejects: [
    {
      name: 'two inputs',
      inputs: [
        { dtype: 'bool', shape: [2] },
        { dtype: 'bool', shape: [2] },
      ],
      message: /takes 1/,
    },
  ],
});

/** x itself under another name. */
export function identity(x: Value): Value {
  return x.graph.op(Identity, [x]);
}
