import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { affect } from '../../../../engine/embeddings/affect.js';
import { type ModelCard, writeModel } from '../../../../engine/embeddings/model-file.js';
import { poolOverSpans } from '../../../../engine/embeddings/pool.js';
import { openCatalog } from '../../../../engine/io/catalog-access.js';
import { LocalEngine } from '../../../../engine/io/engine.js';
import { embeddedSections } from '../../../../engine/jobs/embed-catalogue.js';
import { plainBranch, randomWeights } from '../../../support/seg-vm-net.js';
import { someAnalysis, someTrack } from '../../../support/tracks.js';

const TRACKS = 6;
const ARCHITECTURE = { inputs: { music: 400, video: 1280 }, layers: { music: [16, 8], video: [16, 8] } };
const CARD: ModelCard = {
	kind: 'seg-vm-net',
	pictureFeatures: 'efficientnet-lite0',
	musicFeatures: 'musicnn',
	segmentation: 'shared',
	data: { name: 'random weights', origin: 'simulated', clips: 0, segments: 0 },
	training: {},
	validation: {},
	notes: [],
};
const WEIGHTS = randomWeights(ARCHITECTURE, 5);

let home = '';
let model = '';
let engine: LocalEngine;

beforeEach(async () => {
	home = mkdtempSync(join(tmpdir(), 'segue-models-'));
	mkdirSync(join(home, 'music'));
	const { catalog } = openCatalog(home, 'write');
	await catalog.addFolder('/music');
	for (let seed = 1; seed <= TRACKS; seed++) {
		const analysis = someAnalysis(seed);
		const vectors = new Map([[affect.id, await embeddedSections(affect, analysis)]]);
		await catalog.put(someTrack(seed), analysis, vectors);
	}
	await catalog.close();
	model = join(home, 'random.safetensors');
	writeFileSync(model, writeModel({ card: CARD, weights: WEIGHTS }));
	engine = new LocalEngine({ home, device: 'cpu', catalog: 'write' });
});
afterEach(async () => {
	await engine.close();
	rmSync(home, { recursive: true });
});

const inUse = async (asked = engine) =>
	(await asked.ask('model.list', {})).models.filter(({ current }) => current).map(({ id }) => id);

test('using a model embeds every track from what is stored, as the network’s definition says, and back is back', async () => {
	expect(await inUse()).toEqual([affect.id]);
	const counted: number[] = [];
	const { models } = await engine.ask('model.use', { model }, ({ done, total }) => counted.push(done, total ?? -1));
	const id = models.find(({ current }) => current)!.id;
	expect(id).toMatch(/^seg-vm-net-[0-9a-f]{8}$/);
	expect((await engine.ask('status', {})).embedding.id).toBe(id);
	expect(counted.slice(-2)).toEqual([TRACKS, TRACKS]);

	const { catalog } = openCatalog(home, 'read');
	const stored = await catalog.sectionVectors(id);
	expect(stored.ids.length).toBe(TRACKS);
	for (const [t, track] of stored.ids.entries()) {
		const analysis = await catalog.analysis(track);
		const expected = plainBranch(WEIGHTS, 'music', poolOverSpans(analysis.features, analysis.sections)).flat();
		const found = stored.vectors.data.subarray(8 * stored.offsets[t]!, 8 * stored.offsets[t + 1]!);
		// Vectors are stored in 8 or 16 bits.
		for (const [i, value] of expected.entries()) expect(Math.abs(found[i]! - value)).toBeLessThan(5e-3);
	}
	await catalog.close();

	await engine.ask('model.back', {});
	expect(await inUse()).toEqual([affect.id]);
	await expect(engine.ask('model.back', {})).rejects.toMatchObject({ code: 'not-found' });
	await engine.ask('model.use', { model: id });
	expect(await inUse()).toEqual([id]);
});

test('a change that is stopped leaves the old model in use, and goes on from there', async () => {
	const stop = new AbortController();
	const stopped = engine.ask('model.use', { model }, ({ done }) => done === 3 && stop.abort(), stop.signal);
	await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
	expect(await inUse()).toEqual([affect.id]);
	let total = 0;
	await engine.ask('model.use', { model }, progress => {
		total ||= progress.total ?? 0;
	});
	expect(total).toBeLessThan(TRACKS);
	expect(await inUse()).not.toEqual([affect.id]);
});

test('another engine of the same folder, started later, uses the chosen model', async () => {
	await engine.ask('model.use', { model });
	const later = new LocalEngine({ home, device: 'cpu', catalog: 'read' });
	expect(await inUse(later)).toEqual(await inUse());
	await later.close();
});

test('the model that comes with the program has its own hash for a name, a card that says what taught it, and can be used', async () => {
	const { models } = await engine.ask('model.list', {});
	const starter = models.find(({ id }) => id.startsWith('seg-vm-net-'))!;
	const bytes = readFileSync(join('models', `${starter.id}.safetensors`));
	expect(starter.id).toBe(`seg-vm-net-${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}`);
	expect(starter.current).toBe(false);
	expect(starter.about).toMatch(/simulated/);
	expect(starter.notes.join(' ')).toMatch(/No real edit was used/);
	await engine.ask('model.use', { model: starter.id });
	expect(await inUse()).toEqual([starter.id]);
});

test.each([
	['no model at all', () => Buffer.from('nothing of the kind'), 'model-unfit'],
	[
		'a model for features that are not made here',
		() => writeModel({ card: { ...CARD, musicFeatures: 'youtube8m-audio' }, weights: WEIGHTS }),
		'model-unfit',
	],
])('%s is refused, and nothing changes', async (_, bytes, code) => {
	writeFileSync(model, bytes());
	await expect(engine.ask('model.use', { model })).rejects.toMatchObject({ code });
	expect(await inUse()).toEqual([affect.id]);
});
