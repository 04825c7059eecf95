import { createWorkbench } from '../../../src/renderer/app.ts';
import { createFakeHost, type FakeOptions } from '../fake-host.ts';

/** `?contents=empty&open=1&jobs=1&uses=model`: which made-up project the preview shows. */
const query = new URLSearchParams(location.search);
const { client } = createFakeHost({
  contents: (query.get('contents') ?? 'finished') as FakeOptions['contents'],
  isOpen: query.has('open'),
  tickMs: Number(query.get('tick') ?? 300),
  isLibraryEmpty: query.has('bare'),
  uses: (query.get('uses') ?? undefined) as FakeOptions['uses'],
  isChecked: query.has('checked'),
});
if (query.has('jobs')) {
  await client.model.pretrain({ tokens: 'latest' });
  await client.screen.run({
    model: 'latest',
    tokens: 'latest',
    labelColumn: 'clusters',
    start: 'Ductal',
    goals: ['Beta'],
  });
  await client.ranking.run({ screen: 'latest', goal: 'Beta' });
}
createWorkbench(client).mount('#app');
