import type { RankedGene, RankingReport } from '#shared/domain/ranking.ts';
import type { Operator, ScreenConfig } from '#shared/domain/screen.ts';
import { METHOD_NAMES } from '../leader.ts';
import { html, Markup } from './markup.ts';
import { chance, percent, short, signed, whole } from './numbers.ts';
import { effectPlot, scatterPlot } from './plots.ts';
import { STYLE } from './style.ts';

const PLOTTED = 20;
const TABLED = 50;

export interface ReportInput {
  report: RankingReport;
  genes: readonly RankedGene[];
  screen: {
    readOut: ScreenConfig['readOut'];
    dosePercentile: number;
    nCells: number;
    replicateUnit: 'donor' | 'cell';
    nReplicates: number;
  };
  provenance: {
    /** Everything the ranking was made from, oldest first; its own id is a hash over this page too, so it cannot stand in it. */
    chain: readonly { id: string; kind: string; title: string }[];
    methods: string;
    commands: readonly string[];
  };
  /** Whom the data and gene tables come from. */
  credits: readonly string[];
  version: string;
}

const OPERATOR_QUESTIONS: Record<Operator, string> = {
  'over-express': 'Genes to over-express',
  mask: 'Genes to take away (ranks held)',
  remove: 'Genes to take away (as published)',
  'knock-down': 'Genes to knock down',
  'to-rank': 'Genes to move in rank',
  'published-over-express': 'Genes to over-express (as published)',
};

/** What holds for every result of this kind, whatever the numbers. */
const ALWAYS = [
  'A perturbation in a model is a hypothesis. Viability, off-target effects, delivery and timing are not modelled; test leading genes at the bench beside a negative control.',
  'Fold change and detection say which genes go with the goal, not which bring it about.',
  'Genes below the detection gate are not in the table; that a gene is missing does not mean it has no effect.',
];

/** The ranking as one HTML file that needs nothing else: styles and plots inside, every value escaped, no script. */
export function rankingHtml(input: ReportInput): string {
  const { report, genes, screen } = input;
  const unit = UNITS[screen.readOut];
  const first = genes.slice(0, PLOTTED);
  const title = `What drives ${report.start} → ${report.goal}?`;
  const known = genes.some((gene) => gene.isKnown);
  return html`${new Markup('<!doctype html>')}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}</title>
        <style>
          ${new Markup(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <header>
            <p>GeneCompass Workbench · ranked regulators</p>
            <h1>${title}</h1>
            <p>
              ${OPERATOR_QUESTIONS[report.operator]}${
                report.operator === 'over-express'
                  ? `, to the ${ordinal(screen.dosePercentile)} of expressing cells`
                  : ''
              }
            </p>
          </header>
          <dl class="facts">
            ${fact('genes ranked', whole(report.nGenes))} ${fact('start cells perturbed', whole(screen.nCells))}
            ${fact(screen.replicateUnit === 'donor' ? 'donors (replicates)' : 'replicates (cells)', whole(screen.nReplicates))}
            ${fact('genes at FDR 5 %', whole(report.nSignificant))}
            ${fact('split-half stability', report.splitHalf === null ? '–' : report.splitHalf.toFixed(2))}
          </dl>
          <section class="lead"><p>${report.leaderReason}</p></section>
          <section class="warn" aria-labelledby="trust">
            <h2 id="trust">When not to trust this</h2>
            <ul>
              ${[...report.warnings, ...ALWAYS].map((warning) => html`<li>${warning}</li>`)}
            </ul>
          </section>
          <section>
            <h2>Leading genes</h2>
            <p class="hint">
              Effect in the screen with its 95 % interval. Filled: FDR below 5 % against matched null
              genes.${known ? ' ★ known regulator.' : ''} The order is that of ${METHOD_NAMES[report.leader]}.
            </p>
            ${first.length > 0 ? effectPlot(first, unit) : null}
          </section>
          ${recallSection(report)}
          <section>
            <h2>Screen beside fold change</h2>
            <p class="hint">
              Top right: up in the goal, and the model moves cells towards the goal. Named: the first 12
              genes${known ? ' and the known regulators' : ''}.
            </p>
            ${scatterPlot(genes, unit)}
          </section>
          <section>
            <h2>First ${Math.min(TABLED, genes.length)} genes</h2>
            <div class="scroll">${geneTable(genes.slice(0, TABLED), genes.length)}</div>
          </section>
          ${provenanceSection(input)}
          <footer>
            Made with GeneCompass Workbench ${input.version}, offline. This file holds gene-level results only: no cell,
            no donor name.
          </footer>
        </main>
      </body>
    </html> `.text;
}

const UNITS: Record<ScreenConfig['readOut'], string> = {
  'embedding-shift': 'shift towards the goal (change of cosine)',
  'probability-shift': 'shift towards the goal (change of log2 odds)',
};

function recallSection({ recall, leader }: RankingReport): Markup | null {
  if (recall.length === 0) return null;
  const sorted = [...recall].sort((a, b) => b.at50 - a.at50 || b.at10 - a.at10);
  const cell = (found: number, known: number) =>
    html`<td class="n">${found} of ${known}</td>
      <td><span class="bar" style="width:${known > 0 ? Math.round((90 * found) / known) : 0}px"></span></td>`;
  return html`<section>
    <h2>How many known regulators each ranking finds</h2>
    <p class="hint">
      All rankings order the same genes. The highlighted one leads the table, also where it is a simple baseline.
    </p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Ranking</th>
            <th scope="col" class="n">first 10</th>
            <th></th>
            <th scope="col" class="n">first 50</th>
            <th></th>
          </tr>
        </thead>
        <tbody>
          ${sorted.map(
            (entry) =>
              html`<tr class="${entry.method === leader ? 'leads' : ''}">
                <td>${capital(METHOD_NAMES[entry.method])}</td>
                ${cell(entry.at10, entry.known)}${cell(entry.at50, entry.known)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

function geneTable(genes: readonly RankedGene[], total: number): Markup {
  return html`<table>
    <caption>
      ${whole(genes.length)} of ${whole(total)} genes; the CSV export has all of them and all columns.
    </caption>
    <thead>
      <tr>
        <th scope="col" class="n">Rank</th>
        <th scope="col">Gene</th>
        <th scope="col" class="n">Effect</th>
        <th scope="col">95 % interval</th>
        <th scope="col" class="n">FDR</th>
        <th scope="col" class="n">Null percentile</th>
        <th scope="col" class="n">log2 fold change</th>
        <th scope="col" class="n">In start</th>
        <th scope="col" class="n">In goal</th>
        <th scope="col" class="n">Rank: screen</th>
        <th scope="col" class="n">Rank: fold change</th>
      </tr>
    </thead>
    <tbody>
      ${genes.map(
        (gene) =>
          html`<tr>
            <td class="n">${gene.rank}</td>
            <td title="${gene.geneId}">
              <em>${gene.symbol}</em>${gene.isKnown ? html` <span class="star" title="known regulator">★</span>` : null}
            </td>
            <td class="n">${signed(gene.effect)}</td>
            <td>${short(gene.effectLow)} to ${short(gene.effectHigh)}</td>
            <td class="n">${chance(gene.fdr)}</td>
            <td class="n">${Math.round(gene.nullPercentile)}</td>
            <td class="n">${signed(gene.log2FoldChange)}</td>
            <td class="n">${percent(gene.startFraction)}</td>
            <td class="n">${percent(gene.goalFraction)}</td>
            <td class="n">${gene.rankByModel}</td>
            <td class="n">${gene.rankByFoldChange}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function provenanceSection({ provenance, credits }: ReportInput): Markup {
  return html`<section>
    <h2>Methods</h2>
    <p>${provenance.methods}</p>
    <p class="hint">To make it again:</p>
    <pre>${provenance.commands.join('\n')}</pre>
    <div class="scroll">
      <table>
        <caption>
          Artifacts this result was made from; the id is the hash of content, step and settings.
        </caption>
        <thead>
          <tr>
            <th scope="col">Kind</th>
            <th scope="col">Title</th>
            <th scope="col">Id</th>
          </tr>
        </thead>
        <tbody>
          ${provenance.chain.map(
            (link) =>
              html`<tr>
                <td>${link.kind}</td>
                <td>${link.title}</td>
                <td><code>${link.id}</code></td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${
      credits.length > 0
        ? html`<h2 style="margin-top:20px">Credits</h2>
            <ul class="hint">
              ${credits.map((credit) => html`<li>${credit}</li>`)}
            </ul>`
        : null
    }
  </section>`;
}

function fact(name: string, value: string): Markup {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function ordinal(fraction: number): string {
  return fraction === 1 ? 'highest value' : `${Number((100 * fraction).toPrecision(3))}th percentile`;
}
