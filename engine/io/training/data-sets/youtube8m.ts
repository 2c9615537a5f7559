import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { Skipped } from '../../../jobs/catalog.js';
import type { Progress } from '../../../jobs/ports.js';
import type { Matrix32 } from '../../../numeric/matrix.js';
import { EngineError } from '../../../protocol/errors.js';
import { type DataSet, type FeatureSpec, type PairClip, splitOf } from '../../../training/data-set.js';
import { featureBoundaries } from '../../../training/feature-boundaries.js';
import { writeDurably } from '../../catalog/durable-files.js';
import { decodeSequenceExample, type SequenceExample } from './sequence-example.js';
import { readTfRecord, tfRecords } from './tf-records.js';

/** The paper's inputs: Inception on ImageNet and a VGG-like tagger, after PCA and whitening, 8 bits a number. */
export const YOUTUBE_8M_INPUTS: FeatureSpec = {
	picture: { id: 'youtube8m-rgb', columns: 1024 },
	music: { id: 'youtube8m-audio', columns: 128 },
};

/** The range that YouTube-8M's 8 bits stand for (Abu-El-Haija et al. 2016, section 3.3, and its reader). */
const LOW = -2;
const HIGH = 2;

const RECORD_FILE = /\.tfrecords?$/i;

export const isYouTube8m = async (folder: string): Promise<boolean> =>
	(await readdir(folder)).some(name => RECORD_FILE.test(name));

/**
 * The number of a label in YouTube-8M's vocabulary.csv, by its name.
 *
 * @throws EngineError 'data-unreadable'
 */
export const labelNumber = async (vocabulary: string, name: string): Promise<number> => {
	const rows = parse(await readFile(vocabulary), { columns: true, bom: true, relax_quotes: true });
	const found = z
		.array(z.looseObject({ Index: z.coerce.number(), Name: z.string() }))
		.safeParse(rows)
		.data?.find(row => row.Name === name);
	if (!found) throw new EngineError('data-unreadable', `${vocabulary} has no label called ${name}`);
	return found.Index;
};

/**
 * YouTube-8M frame-level TFRecords in a folder. Boundaries are those of {@link featureBoundaries}, found in either side alone.
 * Which records a file holds is noted down, so that a second run begins at once and a killed one goes on.
 *
 * @param label - only videos with this label; null for all
 * @param notes - the folder for that
 */
export const youTube8m = async (
	folder: string,
	label: number | null,
	notes: string,
	onProgress: (progress: Progress) => void,
	signal?: AbortSignal,
): Promise<{ readonly set: DataSet; readonly skipped: readonly Skipped[] }> => {
	const files = (await readdir(folder)).filter(name => RECORD_FILE.test(name)).sort();
	const skipped: Skipped[] = [];
	const places: Place[] = [];
	for (const [done, name] of files.entries()) {
		signal?.throwIfAborted();
		onProgress({ stage: 'reading records', done, total: files.length });
		const path = join(folder, name);
		const { records, damaged } = await surveyed(path, join(notes, `${name}.json`), signal);
		for (const at of damaged) {
			skipped.push({ path, code: 'data-damaged', detail: `a record fails its checksum at byte ${at}` });
		}
		for (const { at, id, labels } of records) {
			if (label === null || labels.includes(label)) places.push({ path, at, id });
		}
	}
	const inSplit = (split: string) => places.filter(({ id }) => splitOf(id) === split);
	return {
		skipped,
		set: {
			name: `YouTube-8M (${files.length} files)`,
			origin: 'real',
			inputs: YOUTUBE_8M_INPUTS,
			count: split => inSplit(split).length,
			async *clips(split, aborting) {
				for (const { path, at, id } of inSplit(split)) {
					aborting?.throwIfAborted();
					const clip = clipOf(id, decodeSequenceExample(await readTfRecord(path, at)));
					if (clip !== null) yield clip;
				}
			},
		},
	};
};

type Place = { readonly path: string; readonly at: number; readonly id: string };

const surveyFile = z.object({
	size: z.number(),
	modified: z.number(),
	records: z.array(z.object({ at: z.number(), id: z.string(), labels: z.array(z.number()) })),
	/** Where records fail their checksums. */
	damaged: z.array(z.number()),
});
type Survey = z.infer<typeof surveyFile>;

const surveyed = async (path: string, note: string, signal: AbortSignal | undefined): Promise<Survey> => {
	const { size, mtimeMs } = await stat(path);
	const known = await readFile(note, 'utf8').catch(() => null);
	if (known !== null) {
		const noted = surveyFile.safeParse(JSON.parse(known));
		if (noted.success && noted.data.size === size && noted.data.modified === mtimeMs) return noted.data;
	}
	const survey: Survey = { size, modified: mtimeMs, records: [], damaged: [] };
	try {
		for await (const { at, data } of tfRecords(path, damaged => survey.damaged.push(damaged))) {
			signal?.throwIfAborted();
			const example = decodeSequenceExample(data);
			// A record without pictures or sound has nothing to teach.
			if (clipOf('', example) === null) continue;
			const id = example.bytes('id') ?? example.bytes('video_id');
			survey.records.push({
				at,
				id: id ? Buffer.from(id).toString('utf8') : `${path} ${at}`,
				labels: [...example.numbers('labels')],
			});
		}
	} catch (error) {
		if (!(error instanceof EngineError) || error.code !== 'data-damaged') throw error;
		// What came before a damaged length stays of use.
		survey.damaged.push(survey.records.at(-1)?.at ?? 0);
	}
	writeDurably(note, Buffer.from(JSON.stringify(survey)));
	return survey;
};

const clipOf = (id: string, example: SequenceExample): PairClip | null => {
	const picture = dequantised(example.steps('rgb'), YOUTUBE_8M_INPUTS.picture.columns);
	const music = dequantised(example.steps('audio'), YOUTUBE_8M_INPUTS.music.columns);
	const duration = Math.min(picture.rows, music.rows);
	if (duration === 0) return null;
	const within = (features: Matrix32) => featureBoundaries(features).filter(time => time < duration);
	return {
		id,
		group: id,
		duration,
		picture: { features: picture, boundaries: { novelty: within(picture) } },
		music: { features: music, boundaries: { novelty: within(music) } },
		shared: null,
		speech: [],
	};
};

/** Code q stands for the middle of its step, as the data set's own reader has it. Steps of another length are left out. */
const dequantised = (steps: readonly Uint8Array[], columns: number): Matrix32 => {
	const whole = steps.filter(({ length }) => length === columns);
	const data = new Float32Array(whole.length * columns);
	const step = (HIGH - LOW) / 255;
	const bias = (HIGH - LOW) / 512 + LOW;
	for (const [r, codes] of whole.entries()) {
		for (let c = 0; c < columns; c++) data[r * columns + c] = codes[c]! * step + bias;
	}
	return { rows: whole.length, cols: columns, data };
};
