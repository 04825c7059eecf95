import { EXECUTORS } from './executors.ts';
import { runHere } from './run.ts';

/** Runs the conformance cases on the executor of this name and prints the outcomes as JSON. */
const executor = EXECUTORS.find(({ name }) => name === process.argv[2])!;
console.log(JSON.stringify(await runHere(executor)));
