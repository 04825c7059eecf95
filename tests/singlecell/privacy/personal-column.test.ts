import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CounterRandom } from '#shared/util/random.ts';
import { columnInfo } from '#singlecell/io/column-info.ts';
import { openFile } from '#singlecell/io/open.ts';
import { lookOf } from '#singlecell/privacy/personal-column.ts';

const data = path.join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data');
const isAbsent = !existsSync(data);
const reason = isAbsent ? ' (skipped: ../shared/data is not on this machine)' : '';

/** Written as hospitals and laboratories of several countries write them; a quarter of the given names is on no list of the program. */
const SURNAMES =
  'Berg Okafor Haddad Lindqvist Moreau Novak Petrova Quist Rossi Suzuki Thorne Umarov Vega Wójcik Ykema Zeller'.split(
    ' ',
  );
const GIVEN = 'Anna Peter Fatima Lars Claire Jan Elena Marco Yuki Rachel Igor Ines Sunniva Thabo Xiomara Oisín'.split(
  ' ',
);
const STREETS = 'Mill Church Station Garden Harbour'.split(' ');
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

interface MadeUp {
  kind: string;
  names: string[];
  value(draw: (n: number) => number): string;
}
const two = (n: number): string => String(n).padStart(2, '0');
const digits = (draw: (n: number) => number, n: number): string =>
  Array.from({ length: n }, (_, i) => (i === 0 ? 1 + draw(9) : draw(10))).join('');
const person = (draw: (n: number) => number): [string, string] => [GIVEN[draw(16)], SURNAMES[draw(16)]];

const MADE_UP: MadeUp[] = [
  { kind: 'full names', names: ['donor', 'x1', 'Name'], value: (d) => person(d).join(' ') },
  { kind: 'surname first', names: ['patient', 'obs_3', 'id'], value: (d) => person(d).reverse().join(', ') },
  { kind: 'given names', names: ['subject', 'label2', 'mouse_owner'], value: (d) => GIVEN[d(16)] },
  { kind: 'titles', names: ['physician', 'a', 'contact'], value: (d) => `Dr. ${SURNAMES[d(16)]}` },
  { kind: 'surnames under a telling name', names: ['surname', 'lastName', 'Nachname'], value: (d) => SURNAMES[d(16)] },
  {
    kind: 'e-mail',
    names: ['contact', 'v2', 'mail'],
    value: (d) => `${person(d).join('.').toLowerCase()}@clinic.example`,
  },
  {
    kind: 'ISO dates',
    names: ['visit', 'when', 'collected'],
    value: (d) => `19${two(30 + d(70))}-${two(1 + d(12))}-${two(1 + d(28))}`,
  },
  {
    kind: 'German dates',
    names: ['visit', 'Geburtsdatum', 'q'],
    value: (d) => `${1 + d(28)}.${1 + d(12)}.${1930 + d(80)}`,
  },
  {
    kind: 'American dates',
    names: ['dob', 'time1', 'seen'],
    value: (d) => `${1 + d(12)}/${1 + d(28)}/${1930 + d(80)}`,
  },
  {
    kind: 'dates in words',
    names: ['admitted', 'b', 'day'],
    value: (d) => `${1 + d(28)} ${MONTHS[d(12)]} ${1930 + d(80)}`,
  },
  {
    kind: 'date and time',
    names: ['biopsy', 'c', 'stamp'],
    value: (d) => `2019-${two(1 + d(12))}-${two(1 + d(28))} ${two(d(24))}:${two(d(60))}:00`,
  },
  { kind: 'record numbers', names: ['mrn', 'hospital_number', 'MedicalRecordNo'], value: (d) => digits(d, 7) },
  { kind: 'long numbers of people', names: ['patient_id', 'subjectID', 'donor'], value: (d) => digits(d, 8) },
  { kind: 'marked record numbers', names: ['key', 'id', 'ref'], value: (d) => `MRN-${digits(d, 6)}` },
  {
    kind: 'social security',
    names: ['key', 'id', 'ssn'],
    value: (d) => `${digits(d, 3)}-${digits(d, 2)}-${digits(d, 4)}`,
  },
  {
    kind: 'NHS numbers',
    names: ['key', 'number', 'nhs'],
    value: (d) => `${digits(d, 3)} ${digits(d, 3)} ${digits(d, 4)}`,
  },
  {
    kind: 'phones abroad',
    names: ['contact', 'reach', 'Telefon'],
    value: (d) => `+49 ${digits(d, 3)} ${digits(d, 7)}`,
  },
  {
    kind: 'American phones',
    names: ['contact', 'reach', 'cell_phone'],
    value: (d) => `(${digits(d, 3)}) ${digits(d, 3)}-${digits(d, 4)}`,
  },
  { kind: 'addresses', names: ['home', 'address', 'place'], value: (d) => `${1 + d(200)} ${STREETS[d(5)]} Street` },
  { kind: 'German addresses', names: ['home', 'Adresse', 'ort'], value: (d) => `${STREETS[d(5)]}straße ${1 + d(200)}` },
];

describe('made-up personal columns', () => {
  const cases = MADE_UP.flatMap(({ kind, names, value }) => names.map((name) => ({ kind, name, value })));

  it('are found, at least 95 of 100', () => {
    const random = new CounterRandom(5, 'made-up people');
    let at = 0;
    const draw = (n: number) => random.integer(at++, n);
    const missed = cases.filter(
      ({ name, value }) => lookOf(name, [...new Set(Array.from({ length: 12 }, () => value(draw)))]).flag === null,
    );
    expect(missed.map(({ kind, name }) => `${kind} as ${name}`)).toEqual([]);
    expect(cases.length).toBe(60);
  });

  it('are found where some values are missing words such as unknown', () => {
    const random = new CounterRandom(6, 'made-up people');
    let at = 0;
    const draw = (n: number) => random.integer(at++, n);
    const found = cases.filter(
      ({ name, value }) =>
        lookOf(name, ['unknown', 'n.d.', ...Array.from({ length: 8 }, () => value(draw))]).flag !== null,
    );
    expect(found.length / cases.length).toBeGreaterThanOrEqual(0.95);
  });
});

describe('columns of cells', () => {
  it.each([
    ['cell_type', ['Dendritic Cell', 'Naive T', 'Ductal', 'CD14+ Monocyte', 'Cajal Retzius', 'Pre-endocrine']],
    ['cell_type', ['Alpha', 'Beta', 'Delta', 'Epsilon', 'Ngn3 low EP']],
    ['tissue', ['Bone Marrow', 'Peripheral Blood', 'Lymph Node']],
    ['cell type name', ['Excitatory Neuron', 'Inhibitory Neuron', 'Oligodendrocyte Precursor']],
    ['cell_line', ['Jurkat', 'HeLa', 'HEK293', 'A549', 'K562']],
    ['stage', ['E8.5', 'E9.0', '12wpc', '2-cell']],
    ['batch', ['1', '2', '10']],
    ['lane', ['SRR5383271', 'SRR5383272']],
    ['sample', ['GSM2230757', 'GSM2230758']],
    ['plate', ['p1_A1', 'p1_A10']],
    ['n_counts', ['20190304', '20191231', '3085']],
    ['total_counts', ['1234567890', '7654321']],
    ['drug', ['Imatinib', 'Vorinostat', 'Dexamethasone']],
    ['gene', ['Jun', 'Fos', 'Max', 'Myc']],
    ['perturbation', ['MAX', 'JUN', 'KLF1', 'ELK1']],
    ['dose', ['0.1', '1.5', '10']],
    ['strain', ['C57BL/6', 'BALB/c']],
    ['ontology', ['CL:0000236', 'CL:0000084']],
    ['pca_1', []],
    ['disease', ["Crohn's Disease", 'Ulcerative Colitis', 'Parkinson Disease']],
    ['update_date_palm', []],
    ['time', ['day 3', 'day 7', '24h']],
    ['chip', ['1-2', '3-4', '10-11']],
  ])('%s %j are not personal', (name, values) => {
    expect(lookOf(name, values).flag).toBeNull();
  });

  it.skipIf(isAbsent)(`of all real files are never flagged${reason}`, async () => {
    const files = ['cells', 'import-fixtures'].flatMap((folder) =>
      readdirSync(path.join(data, folder))
        .filter((name) => name.endsWith('.h5ad'))
        .map((name) => path.join(data, folder, name)),
    );
    const seen: string[] = [];
    const flagged: string[] = [];
    for (const file of files) {
      const open = await openFile(file);
      for (const name of open.obsNames()) {
        const info = columnInfo(open.obsColumn(name));
        seen.push(name);
        if (info.looksPersonal) flagged.push(`${path.basename(file)} ${name} ${info.privacyReason}`);
      }
      open.close();
    }
    expect(flagged).toEqual([]);
    expect(seen.length).toBeGreaterThan(40);
  });
});
