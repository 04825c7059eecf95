/** `npm run study -- NAME`: long computations whose numbers stand in docs/reference. */
const STUDIES: Readonly<Record<string, (words: string[]) => Promise<void>>> = {
  screen: async (words) => (await import('./screen/run.ts')).runScreenStudy(words),
  depth: async (words) => (await import('./depth/run.ts')).runDepthStudy(words),
  pancreas: async () => (await import('./pancreas/run.ts')).runPancreas(),
  species: async (words) => (await import('./species/run.ts')).runSpeciesStudy(words),
  statistics: async (words) => (await import('./statistics/run.ts')).runStatisticsStudy(words),
};

const [name = '', ...words] = process.argv.slice(2).filter((word) => word !== '--');
const study = Object.hasOwn(STUDIES, name) ? STUDIES[name] : undefined;
if (study) await study(words);
else {
  console.error(`study: "${name}" is none; choose from ${Object.keys(STUDIES).join(', ')}.`);
  process.exitCode = 2;
}

export {};
