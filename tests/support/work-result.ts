type WorkEvent<T> = { type: 'progress' } | { type: 'done'; result: T };

/** The result of work that tells its progress. */
export async function workResult<T>(events: Promise<AsyncIterable<WorkEvent<T>>>): Promise<T> {
  for await (const event of await events) if (event.type === 'done') return event.result;
  throw new TypeError('the work ended without a result');
}
