import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Attributes, Shape } from '../ir/value.ts';
import type { NdArray } from './op-def.ts';

/** The error every shape rule throws. */
export function shapeError(op: string, fact: string): WorkbenchError {
  return new WorkbenchError('invalid-input', `${op}: ${fact}.`);
}

/** Numpy rule: axes are aligned at the end; 1 stretches. Throws: invalid-input when two lengths disagree. */
export function broadcastShapes(op: string, a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  const out: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const p = a[a.length - rank + axis] ?? 1;
    const q = b[b.length - rank + axis] ?? 1;
    if (p !== q && p !== 1 && q !== 1) {
      throw shapeError(op, `shapes [${a}] and [${b}] do not broadcast (${p} against ${q})`);
    }
    out.push(p === 1 ? q : p);
  }
  return out;
}

/** Negative axes count from the end. */
export function resolveAxis(op: string, axis: number, rank: number): number {
  const resolved = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || resolved < 0 || resolved >= rank) {
    throw shapeError(op, `axis ${axis} is outside a rank of ${rank}`);
  }
  return resolved;
}

/** Sorted, distinct, non-negative. */
export function resolveAxes(op: string, axes: readonly number[], rank: number): number[] {
  const resolved = axes.map((axis) => resolveAxis(op, axis, rank)).sort((a, b) => a - b);
  if (new Set(resolved).size !== resolved.length) throw shapeError(op, `axes [${axes}] name one axis twice`);
  return resolved;
}

/** Elements between neighbours along each axis, row-major. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis];
  }
  return strides;
}

/** Lengths before, at and after one axis. */
export function around(shape: Shape, axis: number): { outer: number; length: number; inner: number } {
  let outer = 1;
  let inner = 1;
  for (let i = 0; i < axis; i++) outer *= shape[i];
  for (let i = axis + 1; i < shape.length; i++) inner *= shape[i];
  return { outer, length: shape[axis], inner };
}

/** For each element of `shape`, the offset of the element it comes from in a tensor of `source` strides. */
export function* offsets(shape: Shape, sourceStrides: readonly number[], start = 0): Generator<number> {
  const rank = shape.length;
  const index = new Array<number>(rank).fill(0);
  let size = 1;
  for (const length of shape) size *= length;
  let offset = start;
  for (let n = 0; n < size; n++) {
    yield offset;
    for (let axis = rank - 1; axis >= 0; axis--) {
      offset += sourceStrides[axis];
      if (++index[axis] < shape[axis]) break;
      offset -= sourceStrides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
}

/** The data of shape `from` stretched to `to` by the broadcast rule. */
export function stretched(data: Float64Array, from: Shape, to: Shape): Float64Array {
  if (from.length === to.length && from.every((length, axis) => length === to[axis])) return data;
  const own = stridesOf(from);
  const strides = to.map((_, axis) => {
    const mine = axis - (to.length - from.length);
    return mine < 0 || from[mine] === 1 ? 0 : own[mine];
  });
  const out = new Float64Array(to.reduce((size, length) => size * length, 1));
  let n = 0;
  for (const offset of offsets(to, strides)) out[n++] = data[offset];
  return out;
}

export function intAttribute(attributes: Attributes, name: string, fallback: number): number {
  return typeof attributes[name] === 'number' ? attributes[name] : fallback;
}

export function intsAttribute(op: string, attributes: Attributes, name: string): readonly number[] {
  const found = attributes[name];
  if (!Array.isArray(found)) throw shapeError(op, `attribute ${name} is missing`);
  return found as readonly number[];
}

/** Offset in a tensor of `shape` of each element that `indices` name along `axis`, all other positions their own. */
export function elementOffsets(op: string, shape: Shape, indices: NdArray, axis: number): Int32Array {
  const along = resolveAxis(op, axis, shape.length);
  const strides = stridesOf(shape);
  const own = offsets(
    indices.shape,
    strides.map((stride, i) => (i === along ? 0 : stride)),
  );
  return Int32Array.from(own, (offset, i) => {
    const index = indices.data[i] < 0 ? indices.data[i] + shape[along] : indices.data[i];
    if (index < 0 || index >= shape[along])
      throw shapeError(op, `index ${indices.data[i]} is outside axis ${along} of [${shape}]`);
    return offset + index * strides[along];
  });
}
