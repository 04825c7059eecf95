import { createRouterClient, implement } from '@orpc/server';
import { describe, expect, it } from 'vitest';
import { contract } from '#shared/contract/index.ts';
import { ERROR_CODES, type ErrorCode } from '#shared/errors/codes.ts';
import { fromOrpc } from '#shared/errors/from-orpc.ts';
import { toWorkbenchError, WorkbenchError } from '#shared/errors/workbench-error.ts';
import { issueMessage, wordIssues } from '#services/issue-words.ts';
import { plainErrors } from '#services/middleware.ts';
import { ScreenConfig } from '#shared/domain/screen.ts';
import { PreprocessConfig } from '#shared/domain/preprocess.ts';
import { fakeServices } from '../hosts/support/fake-services.ts';

function clientThatThrows(thrown: unknown) {
  const os = implement(contract.project).use(plainErrors);
  const router = {
    create: os.create.handler(() => {
      throw thrown;
    }),
  };
  return createRouterClient(router) as { create(input: unknown): Promise<unknown> };
}

const failureOf = async (thrown: unknown, input: unknown = { path: 'a', passphrase: 'b' }): Promise<WorkbenchError> =>
  fromOrpc(
    await clientThatThrows(thrown)
      .create(input)
      .catch((error: unknown) => error),
  );

describe('errors of services', () => {
  it.each(Object.keys(ERROR_CODES) as ErrorCode[])('%s keeps code, message and details', async (code) => {
    const error = await failureOf(new WorkbenchError(code, 'x: y; z.', { details: { nCells: 3 } }));
    expect(error.toData()).toEqual({ code, message: 'x: y; z.', details: { nCells: 3 } });
    expect((error.cause as { defined?: boolean }).defined).toBe(true);
  });

  it('of the operating system say what to do', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
    expect(await failureOf(full)).toMatchObject({ code: 'resource' });
  });

  it('nobody foresaw say nothing of what they were about', async () => {
    const error = await failureOf(new TypeError('cell of patient 17 is undefined'));
    expect(error.code).toBe('internal');
    expect(error.message).toMatch(/^create: a defect/);
    expect(JSON.stringify(error.cause)).not.toContain('patient');
  });

  it('keep their code in the middle of a stream', async () => {
    const stream = await fakeServices().client.jobs.watchAll();
    expect(await stream.next()).toMatchObject({ done: false });
    const thrown = await stream.next().catch((error: unknown) => error);
    expect(fromOrpc(thrown).toData()).toEqual({ code: 'resource', message: 'disk: it is full; free some space.' });
  });
});

describe('refused input', () => {
  it('is told by the title of its field, never with the refused value', async () => {
    const error = await failureOf(null, { path: '', passphrase: 424242, name: 'n'.repeat(81) });
    expect(error.toData()).toMatchObject({
      code: 'invalid-input',
      message:
        'Project file: it is empty; give a value; Passphrase: it must be a text; name: it must be at most 80 characters long.',
      details: { issues: [{ path: ['path'] }, { path: ['passphrase'] }, { path: ['name'] }] },
    });
    expect(JSON.stringify([error.toData(), error.cause])).not.toContain('424242');
    expect((error.cause as Error).cause).toBeUndefined();
  });

  const words = (schema: typeof ScreenConfig | typeof PreprocessConfig, value: unknown): string => {
    const { error } = schema.safeParse(value);
    return issueMessage(wordIssues(schema, error!.issues));
  };
  const screen = { model: 'm', tokens: 't', labelColumn: 'c', start: 's', goals: ['g'] };

  it.each([
    [{ ...screen, nCells: 2 }, 'Start cells: it must be at least 4.'],
    [{ ...screen, nCells: 2.5 }, /^Start cells: it must be a whole number/],
    [{ ...screen, dosePercentile: 2 }, 'Over-expression dose: it must be at most 1.'],
    [{ ...screen, goals: [] }, 'Goal states: it must have at least 1 entry.'],
    [{ ...screen, pooling: 'max' }, 'Cell embedding: it must be cls or mean.'],
    [{ ...screen, start: undefined }, 'Start state: it is missing; give a value.'],
    [{ ...screen, genes: 3 }, 'Genes: none of its forms fits this value.'],
  ])('in words: %j', (value, message) => {
    expect(words(ScreenConfig, value)).toMatch(message);
  });

  it('names a rule inside a group', () => {
    expect(words(PreprocessConfig, { dataset: 'd', rules: { maxMitoFraction: 3 } })).toBe(
      'Highest mitochondrial share: it must be at most 1.',
    );
  });
});

describe('what a caller sees', () => {
  it('is one kind of error, whatever was thrown', () => {
    const own = new WorkbenchError('conflict', 'a: b.');
    expect(fromOrpc(own)).toBe(own);
    expect(fromOrpc({ code: 'not-found', message: 'a: b.' }).toData()).toEqual({ code: 'not-found', message: 'a: b.' });
    expect(fromOrpc({ code: 'toString', message: 'a' }).code).toBe('internal');
    expect(fromOrpc(new DOMException('left', 'AbortError')).code).toBe('cancelled');
    expect(fromOrpc('text')).toMatchObject({ code: 'internal', message: toWorkbenchError('text').message });
    expect(fromOrpc(undefined).code).toBe('internal');
  });
});
