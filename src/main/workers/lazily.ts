/**
 * A function whose code is read when it is first called.
 *
 * Note: the code of all jobs and questions together takes an engine longer to read than most of them to answer.
 */
export function lazily<A extends unknown[], R>(
  load: () => Promise<(...given: A) => Promise<R>>,
): (...given: A) => Promise<R> {
  return async (...given) => (await load())(...given);
}
