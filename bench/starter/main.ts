import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { affect } from '../../engine/embeddings/affect.js';
import { MUSIC_FEATURES, PICTURE_FEATURES } from '../../engine/embeddings/segment-features.js';
import { trackExcerpt } from '../../engine/features/excerpts.js';
import type { TrackAnalysis } from '../../engine/features/track-analysis.js';
import { openCatalog } from '../../engine/io/catalog-access.js';
import { openInference } from '../../engine/io/inference/networks.js';
import { openDataSet } from '../../engine/io/training/data-sets/open-data-set.js';
import { runTraining } from '../../engine/io/training/run-training.js';
import { embeddedSections } from '../../engine/jobs/embed-catalogue.js';
import { seededRandom } from '../../engine/numeric/random.js';
import { type DataSet, dataSetOf, type FeatureSpec, type PairClip, splitOf } from '../../engine/training/data-set.js';
import { clipOf } from '../../engine/training/media-clip.js';
import { DEFAULT_OPTIMISER, EQUAL_WEIGHTS } from '../../engine/training/objective.js';
import { taughtPictures } from '../../engine/training/taught-pictures.js';
import type { TrainingPlan } from '../../engine/training/train.js';
import { heldOut } from './held-out.js';

const HELP = `npm run starter -- OUT.safetensors --catalog HOME [options]

Trains the starter model: on real music of indexed catalogues, with pictures by made-up editors (see
engine/training/taught-pictures.ts) and, where given, with clips that npm run visualise rendered.

  --catalog HOME    a data folder with indexed music; may be given several times
  --rendered CLIPS  a folder of rendered clips to learn from; may be given several times
  --held-out CLIPS  a folder of rendered clips to be measured on: their tracks are learnt from nowhere
  --variants N      made-up pictures for each track (default 20)
  --features NAME   music features: descriptors-1 or musicnn+descriptors-1 (default descriptors-1)
  --layers A,B,…    units of the hidden layers of both branches (default 128)
  --embedding N     length of an embedding (default 32)
  --margin N, --rate N, --dropout N, --batch N, --steps N, --seed N`;

/** What the model's card says. */
const NOTES = [
	'Taught by made-up editors: pictures simulated from the arousal, valence, tension and onsets of real music, by published relations whose strengths were drawn at random. No real edit was used.',
	'It takes motion, cutting, brightness, saturation and contrast of pictures, and level, onsets, tempo, brightness, mode and tags of music. Features of the image network are left out, as stills say nothing of the music that is chosen for them; those of the tagger, as with this little music they were learnt by heart.',
	'The music comes from free games in Debian, each under its own free licence. None of it is in the weights.',
	'All matrices are float16.',
];
const RENDERED_NOTE =
	'Clips of the visualiser were learnt too: pictures rendered to real music, read through the real decoders and networks.';

/** Made-up pictures of each track that is held out. */
const HEARD_AGAIN = 6;

/** Length of a taught clip in seconds: from a trailer's to a scene's. */
const SHORTEST = 30;
const LONGEST = 120;

const main = async (): Promise<void> => {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			catalog: { type: 'string', multiple: true, default: [] },
			rendered: { type: 'string', multiple: true, default: [] },
			'held-out': { type: 'string' },
			variants: { type: 'string', default: '20' },
			features: { type: 'string', default: 'descriptors-1' },
			layers: { type: 'string', default: '128' },
			embedding: { type: 'string', default: '32' },
			margin: { type: 'string', default: '0.3' },
			rate: { type: 'string', default: '0.001' },
			dropout: { type: 'string', default: '0.5' },
			batch: { type: 'string', default: '500' },
			steps: { type: 'string', default: '2000' },
			seed: { type: 'string', default: '1' },
		},
	});
	const out = positionals[0];
	if (!out || values.catalog.length === 0) {
		console.error(HELP);
		process.exitCode = 2;
		return;
	}
	const inputs: FeatureSpec = {
		picture: { id: 'descriptors-1', columns: PICTURE_FEATURES['descriptors-1']!.columns },
		music: { id: values.features, columns: MUSIC_FEATURES[values.features]!.columns },
	};
	const seed = Number(values.seed);
	const inference = openInference();
	try {
		const heldOutClips = values['held-out'];
		const kept = heldOutClips ? tracksIn(heldOutClips) : [];
		const tracks = (await tracksOf(values.catalog)).filter(({ path }) => !kept.some(name => path.endsWith(`/${name}`)));
		console.error(`${tracks.length} tracks`);
		const taught = await taughtClips(tracks, Number(values.variants), inputs, seed);
		const rendered: PairClip[] = [];
		for (const folder of values.rendered)
			rendered.push(...(await renderedClips(folder, values.catalog[0]!, inputs, inference)));
		console.error(`${taught.length} taught clips, ${rendered.length} rendered ones`);

		const hidden = values.layers.split(',').map(Number);
		const layers = [...hidden, Number(values.embedding)];
		const plan: TrainingPlan = {
			architecture: {
				inputs: { video: inputs.picture.columns, music: inputs.music.columns },
				layers: { video: layers, music: layers },
			},
			objective: { margin: Number(values.margin), weights: EQUAL_WEIGHTS, mining: { kind: 'all' } },
			optimiser: { ...DEFAULT_OPTIMISER, learningRate: Number(values.rate), dropout: Number(values.dropout) },
			segmentation: 'shared',
			batch: Number(values.batch),
			steps: Number(values.steps),
			validateEvery: 100,
			patience: 10,
			seed,
		};
		const set: DataSet = dataSetOf(
			{
				name: `taught${rendered.length > 0 ? ' and rendered' : ''} pictures for real music`,
				origin: 'simulated',
				inputs,
			},
			[...taught, ...rendered],
		);
		const { files, model, ended } = await runTraining(
			set,
			plan,
			{
				kind: 'seg-vm-net',
				trainer: 'onnx',
				out,
				restart: true,
				half: true,
				notes: [...NOTES, ...(rendered.length > 0 ? [RENDERED_NOTE] : [])],
			},
			event => {
				if (event.kind === 'validated') console.error(JSON.stringify(event.point));
			},
		);
		const shared = { origin: 'simulated', inputs } as const;
		const compared = [
			await heldOut(dataSetOf({ name: 'taught, held-out tracks', ...shared }, taught), model, inference),
		];
		if (heldOutClips) {
			const clips = await renderedClips(heldOutClips, values.catalog[0]!, inputs, inference);
			const others = { name: 'rendered, held-out tracks', origin: 'rendered', inputs } as const;
			compared.push(
				await heldOut(
					dataSetOf(others, clips, () => 'test'),
					model,
					inference,
				),
			);
		}
		const { validation } = model.card;
		console.log(
			JSON.stringify({ files, ended, validation, heldOut: compared.flat(), bytes: readFileSync(out).length }),
		);
	} finally {
		await inference.networks.close();
	}
};

/** The tracks of a folder of rendered clips, as npm run visualise lists them. */
const tracksIn = (folder: string): string[] =>
	(JSON.parse(readFileSync(join(folder, 'corpus.json'), 'utf8')) as { music: string }[]).map(({ music }) => music);

type Track = { readonly path: string; readonly analysis: TrackAnalysis };

/** Every content once, in order of path. */
const tracksOf = async (homes: readonly string[]): Promise<Track[]> => {
	const found = new Map<string, Track>();
	for (const home of homes) {
		const { catalog } = openCatalog(home, 'read');
		for (const { id, contentHash, path } of await catalog.tracks()) {
			if (found.has(contentHash)) continue;
			const analysis = await catalog.analysis(id);
			if (analysis.duration >= SHORTEST && Number.isFinite(analysis.loudness))
				found.set(contentHash, { path, analysis });
		}
		await catalog.close();
	}
	return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
};

const taughtClips = async (
	tracks: readonly Track[],
	variants: number,
	inputs: FeatureSpec,
	seed: number,
): Promise<PairClip[]> => {
	const stored = await Promise.all(tracks.map(({ analysis }) => embeddedSections(affect, analysis)));
	const offsets = [0];
	for (const { spans } of stored) offsets.push(offsets.at(-1)! + spans.length);
	const data = new Float32Array(offsets.at(-1)! * affect.storedDimensions);
	for (const [t, { vectors }] of stored.entries()) data.set(vectors.data, offsets[t]! * affect.storedDimensions);
	const catalogue = {
		offsets: Uint32Array.from(offsets),
		spans: stored.flatMap(({ spans }) => spans),
		vectors: { rows: offsets.at(-1)!, cols: affect.storedDimensions, data },
	};
	const clips: PairClip[] = [];
	for (const [t, { path, analysis }] of tracks.entries()) {
		const times = splitOf(path) === 'train' ? variants : HEARD_AGAIN;
		for (let variant = 0; variant < times; variant++) {
			const random = seededRandom(seed, t, variant);
			const length = Math.floor(random.between(SHORTEST, Math.min(LONGEST, analysis.duration) + 0.999));
			const start = random.between(0, Math.max(0, analysis.duration - length));
			const track = trackExcerpt(analysis, { start, end: start + length });
			const cut = taughtPictures(track, catalogue, random);
			const pair = {
				id: `${path} ${variant}`,
				group: path,
				cut,
				track,
				pictureRange: null,
				musicRange: null,
				musicVector: null,
			};
			const clip = clipOf(pair, inputs);
			// Shots where the cut is the query, sections where the music is: both are to be recognised.
			const sections = clip?.music.boundaries.default ?? [];
			const shots = clip?.picture.boundaries.transnet ?? [];
			if (clip)
				clips.push({
					...clip,
					shared: variant % 3 === 2 ? sections.filter(time => time > 0 && time < clip.duration) : shots,
				});
		}
	}
	return clips;
};

/** Clips of the visualiser, read through the real decoders and networks. */
const renderedClips = async (
	folder: string,
	home: string,
	inputs: FeatureSpec,
	inference: ReturnType<typeof openInference>,
): Promise<PairClip[]> => {
	const options = { pictureFeatures: inputs.picture.id, musicFeatures: inputs.music.id } as const;
	// The table that the visualiser writes beside its clips names their music itself.
	const table = join(folder, 'pairs.csv');
	const opened = await openDataSet(existsSync(table) ? table : folder, options, home, inference, ({ done, total }) =>
		console.error(`${done} of ${total}`),
	);
	const clips: PairClip[] = [];
	try {
		for (const split of ['train', 'validation', 'test'] as const) {
			for await (const clip of opened.set.clips(split))
				clips.push({ ...clip, shared: clip.picture.boundaries.transnet! });
		}
	} finally {
		await opened.close();
	}
	return clips;
};

await main();
