import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { trackOutline } from '../engine/crops/outline.js';
import { affect } from '../engine/embeddings/affect.js';
import type { Embedding } from '../engine/embeddings/embedding.js';
import type { CutAnalysis } from '../engine/features/cut-analysis.js';
import { trackExcerpt } from '../engine/features/excerpts.js';
import type { TrackAnalysis } from '../engine/features/track-analysis.js';
import { openCatalog } from '../engine/io/catalog-access.js';
import { openInference } from '../engine/io/inference/networks.js';
import { InstalledModels } from '../engine/io/models/installed-models.js';
import { openQuantisedProduct } from '../engine/io/quantised-product.js';
import { openRankingKernel } from '../engine/io/ranking-kernel.js';
import { Extraction } from '../engine/io/training/data-sets/extraction.js';
import type { EmbeddedSections, SectionVectors, TrackRecord } from '../engine/jobs/catalog.js';
import { embeddedSections } from '../engine/jobs/embed-catalogue.js';
import { createPlacing } from '../engine/jobs/placed-catalogue.js';
import { type SuggestSources, suggest } from '../engine/jobs/suggest.js';
import { stacked } from '../engine/numeric/matrix.js';
import { quantile } from '../engine/numeric/statistics.js';
import { type DistanceName, distanceNames } from '../engine/protocol/messages.js';
import type { TwoStageTools } from '../engine/ranking/two-stages.js';
import type { Seconds, Span } from '../engine/time/time.js';
import type { Bench, Figure } from './figures.js';

/** Fades at both ends of an edit would give its soundtrack away: these seconds are left out. */
const ENDS: Seconds = 4;
/** Windows of an edit that are asked for, and how far apart they begin. */
const WINDOW: Seconds = 60;
const HOP: Seconds = 30;
/** An edit with less picture than this between its ends is not asked for. */
const SHORTEST: Seconds = 20;

/** An edit: what it looks like and what it sounds like. */
type Edit = { readonly name: string; readonly cut: CutAnalysis; readonly sound: TrackAnalysis };

/**
 * `npm run bench -- real-edits EDITS [--catalog HOME] [--model FILE]… [--distance NAME]`: how well the product finds an
 * edit's own music again, by `affect`, by the model that the product comes with, and by each that is named. The picture of each window is the query; the sound of every edit
 * and all tracks of a catalogue (that of SEGUE_HOME by default) are what is ranked. Twice: with each edit's whole sound as
 * one track, which also tells whether its place is found, and with the window's own sound as a track of just that length,
 * which cannot profit from offering many places. Analyses of the edits are kept in the catalogue's folder.
 */
export const realEdits: Bench = {
	name: 'real-edits',
	run: async ({ arguments: words, say }) => {
		const { values, positionals } = parseArgs({
			args: [...words],
			allowPositionals: true,
			options: {
				catalog: { type: 'string' },
				model: { type: 'string', multiple: true, default: [] },
				distance: { type: 'string' },
			},
		});
		const folder = positionals[0] ?? join('..', 'shared', 'media', 'edits');
		if (!existsSync(folder))
			throw new Error(`There is no folder ${resolve(folder)}: name one with edits and their music.`);
		const home = values.catalog ?? process.env.SEGUE_HOME;
		if (!home) throw new Error('Say which catalogue to rank among: --catalog HOME, or SEGUE_HOME.');
		const distances = distanceNames.filter(name => !values.distance || name === values.distance);

		const inference = openInference();
		const extraction = new Extraction(join(home, 'training'), inference);
		const installed = mkdtempSync(join(tmpdir(), 'segue-models-'));
		try {
			const edits = await analyseEdits(folder, extraction, say);
			const made = {
				kernel: openRankingKernel(),
				quantised: await openQuantisedProduct(availableParallelism()),
				similarity: inference.similarity,
			};
			const tools = async () => made;
			const models = new InstalledModels(installed, inference.graphs);
			const files = values.model.map(file => models.embedding(models.install(file)));
			const embeddings = new Set([affect, models.current, ...files]);
			const figures: Figure[] = [];
			for (const embedding of embeddings) {
				say(`embedding the catalogue by ${embedding.id} …`);
				const catalogue = await catalogueOf(home, embedding);
				for (const distance of distances) {
					say(`ranking by ${distance} …`);
					const name = `${embedding.id} ${distance}`;
					figures.push(...(await figuresOf(name, distance, edits, catalogue, tools)));
				}
			}
			return figures;
		} finally {
			await extraction.close();
			await inference.networks.close();
			rmSync(installed, { recursive: true });
		}
	},
};

const analyseEdits = async (folder: string, extraction: Extraction, say: (text: string) => void): Promise<Edit[]> => {
	const edits: Edit[] = [];
	for (const name of readdirSync(folder)
		.filter(file => /\.(mp4|mov|mkv|webm|avi|m4v)$/i.test(file))
		.sort()) {
		say(`analysing ${name} …`);
		const path = join(folder, name);
		const sound = await extraction.music(path);
		const cut = await extraction.picture(path, () => {});
		edits.push({ name: basename(name), cut, sound });
	}
	return edits;
};

type Catalogue = Pick<SuggestSources, 'embedding' | 'records' | 'analysis'> & { readonly sections: SectionVectors };

/** Every content of a catalogue once, embedded from its stored analysis. */
const catalogueOf = async (home: string, embedding: Embedding): Promise<Catalogue> => {
	const { catalog } = openCatalog(home, 'read');
	const known = new Map<string, TrackAnalysis>();
	const analysis = async (id: string) => {
		const found = known.get(id) ?? (await catalog.analysis(id));
		known.set(id, found);
		return found;
	};
	const byContent = new Map((await catalog.tracks()).map(track => [track.contentHash, track.id]));
	const ids = [...byContent.values()];
	const embedded: EmbeddedSections[] = [];
	for (const id of ids) embedded.push(await embeddedSections(embedding, await analysis(id)));
	const offsets = [0];
	for (const { spans } of embedded) offsets.push(offsets.at(-1)! + spans.length);
	return {
		embedding,
		sections: {
			space: embedding.id,
			ids,
			offsets: Uint32Array.from(offsets),
			spans: embedded.flatMap(({ spans }) => spans),
			vectors: stacked(embedded.map(({ vectors }) => vectors)),
		},
		records: async known => catalog.records(known),
		analysis,
	};
};

type Outcome = { readonly percentile: number; readonly offsetError: Seconds | null };

const figuresOf = async (
	name: string,
	distance: DistanceName,
	edits: readonly Edit[],
	catalogue: Catalogue,
	tools: () => Promise<TwoStageTools>,
): Promise<Figure[]> => {
	const whole: Outcome[] = [];
	const own: Outcome[] = [];
	for (const [e, edit] of edits.entries()) {
		for (const range of windows(edit)) {
			const ask = async (sounds: readonly TrackAnalysis[]) => {
				const sources = await withSounds(catalogue, sounds, tools);
				const options = { cut: edit.name, range, top: 100_000, distance, vocals: 'any' as const };
				const { picks } = await suggest(edit.cut, options, sources, () => {});
				return { picks, rank: picks.findIndex(({ id }) => id === soundId(e)) };
			};
			const all = edits.map(({ sound }) => sound);
			const { picks, rank } = await ask(all);
			const start = picks[rank]?.crop.start;
			whole.push({
				percentile: percentile(rank, picks.length),
				offsetError: start === undefined ? null : Math.abs(start - range.start),
			});
			const short = await ask(all.map((sound, other) => (other === e ? trackExcerpt(sound, range) : sound)));
			own.push({ percentile: percentile(short.rank, short.picks.length), offsetError: null });
		}
	}
	return [
		share(
			`${name}: whole soundtrack, percentile`,
			whole.map(outcome => outcome.percentile),
		),
		share(
			`${name}: whole soundtrack, in the best tenth`,
			whole.map(outcome => Number(outcome.percentile >= 0.9)),
		),
		share(
			`${name}: place found within 2 s`,
			whole.map(({ offsetError }) => Number((offsetError ?? 99) <= 2)),
		),
		spread(
			`${name}: offset error`,
			whole.flatMap(({ offsetError }) => offsetError ?? []),
		),
		share(
			`${name}: own minute, percentile`,
			own.map(outcome => outcome.percentile),
		),
		share(
			`${name}: own minute, in the best tenth`,
			own.map(outcome => Number(outcome.percentile >= 0.9)),
		),
	];
};

const windows = ({ cut, sound }: Edit): Span[] => {
	const last = Math.min(cut.duration, sound.duration) - ENDS;
	const length = Math.min(WINDOW, last - ENDS);
	if (length < SHORTEST) return [];
	const spans: Span[] = [];
	for (let start = ENDS; start + length <= last + 1e-6; start += HOP) spans.push({ start, end: start + length });
	return spans;
};

/** The share of the others that come after it; 0 where it was not ranked at all. */
const percentile = (rank: number, ranked: number): number => (rank < 0 ? 0 : 1 - rank / Math.max(1, ranked - 1));

const soundId = (edit: number): string => `edit ${edit}`;

/** The catalogue with the edits' sounds as further tracks. */
const withSounds = async (
	{ embedding, sections, records, analysis }: Catalogue,
	sounds: readonly TrackAnalysis[],
	tools: () => Promise<TwoStageTools>,
): Promise<SuggestSources> => {
	const described = await Promise.all(sounds.map(sound => embedding.describeTrack(sound, sound.sections)));
	const parts = [sections.vectors, ...described];
	const offsets = [...sections.offsets];
	for (const { rows } of described) offsets.push(offsets.at(-1)! + rows);
	const index = (id: string) => sounds.findIndex((_, s) => soundId(s) === id);
	const stored: SectionVectors = {
		...sections,
		ids: [...sections.ids, ...sounds.map((_, s) => soundId(s))],
		offsets: Uint32Array.from(offsets),
		spans: [...sections.spans, ...sounds.flatMap(sound => sound.sections)],
		vectors: stacked(parts),
	};
	return {
		embedding,
		catalogue: await createPlacing(embedding, tools)(stored),
		// Nothing is asked for by its energy.
		energies: new Map(),
		records: async ids => {
			const known = await records(ids);
			return ids.map((id, k) => (index(id) < 0 ? known[k]! : recordOf(sounds[index(id)]!)));
		},
		analysis: async id => sounds[index(id)] ?? analysis(id),
		outline: async id => trackOutline(sounds[index(id)] ?? (await analysis(id))),
	};
};

const recordOf = (sound: TrackAnalysis): TrackRecord => ({
	id: '',
	path: '',
	folder: '',
	stamp: { size: 0, modified: 0 },
	contentHash: '',
	analysisVersion: 0,
	duration: sound.duration,
	tempo: sound.beats.tempo,
	tempoConfidence: sound.beats.confidence,
	loudness: sound.loudness,
	tags: { title: '', artist: null, album: null, licence: null, hasCover: false },
	labels: [],
	vocals: 0,
});

/** A mean over windows with its 95 % half-width as the spread. */
const share = (name: string, values: readonly number[]): Figure => {
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
	const half = 1.96 * Math.sqrt(variance / values.length);
	return { name, unit: 'mean ± 95 %', median: mean, min: mean - half, max: mean + half, runs: values.length };
};

const spread = (name: string, values: readonly number[]): Figure => ({
	name,
	unit: 's (median, quartiles)',
	median: quantile(values, 0.5),
	min: quantile(values, 0.25),
	max: quantile(values, 0.75),
	runs: values.length,
});
