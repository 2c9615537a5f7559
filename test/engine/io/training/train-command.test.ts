import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readModel } from '../../../../engine/embeddings/model-file.js';
import { SegueProcess, segue } from '../../../support/segue.js';
import { writeShard } from '../../../support/tf-record-writer.js';

let folder = '';
let data = '';

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'segue-train-'));
	data = join(folder, 'shards');
	writeShard(data, 40, 7);
});
afterAll(() => rmSync(folder, { recursive: true }));

const args = (out: string): string[] => [
	...['train', data, '--out', join(folder, out), '--size', 'small', '--batch', '48', '--steps', '16'],
	...['--validate-every', '2', '--patience', '40', '--seed', '3', '--json'],
];

test('a training that is killed goes on from its checkpoint to the same model, byte for byte', async () => {
	const whole = await segue(join(folder, 'home'), ...args('whole.safetensors'));
	expect(whole.code, whole.err).toBe(0);

	const killed = new SegueProcess(join(folder, 'home'), args('killed.safetensors'));
	const checkpoint = join(folder, 'killed.safetensors.checkpoint');
	for (let written = 0, last = 0; written < 3; ) {
		const time = existsSync(checkpoint) ? statSync(checkpoint).mtimeMs : 0;
		if (time > last) {
			written++;
			last = time;
		}
		await new Promise(resolve => setTimeout(resolve, 2));
	}
	killed.kill('SIGKILL');
	await killed.ended;
	expect(existsSync(join(folder, 'killed.safetensors'))).toBe(false);
	expect(existsSync(checkpoint)).toBe(true);

	const resumed = await segue(join(folder, 'home'), ...args('killed.safetensors'));
	expect(resumed.code, resumed.err).toBe(0);
	expect(existsSync(checkpoint)).toBe(false);
	const [a, b] = ['whole', 'killed'].map(name => readFileSync(join(folder, `${name}.safetensors`)));
	expect(b!.equals(a!)).toBe(true);
	expect(JSON.parse(resumed.out).validation).toEqual(JSON.parse(whole.out).validation);
	const { card } = readModel(a!);
	expect(card).toMatchObject({ kind: 'seg-vm-net', pictureFeatures: 'youtube8m-rgb', segmentation: 'music:novelty' });
	expect(card.validation.reciprocalRank).toBeGreaterThan(0);
	expect(readFileSync(join(folder, 'whole.curve.png')).subarray(1, 4).toString()).toBe('PNG');
});

test('a checkpoint of other settings is refused instead of going on from it', async () => {
	const first = new SegueProcess(join(folder, 'home'), args('other.safetensors'));
	const checkpoint = join(folder, 'other.safetensors.checkpoint');
	while (!existsSync(checkpoint)) await new Promise(resolve => setTimeout(resolve, 5));
	first.kill('SIGKILL');
	await first.ended;
	const refused = await segue(
		join(folder, 'home'),
		...args('other.safetensors').map(word => (word === '3' ? '4' : word)),
	);
	expect(JSON.parse(refused.out).error).toMatchObject({ code: 'bad-request' });
	const anew = await segue(
		join(folder, 'home'),
		...args('other.safetensors').map(word => (word === '3' ? '4' : word)),
		'--restart',
	);
	expect(anew.code, anew.err).toBe(0);
});

test.each([
	['a folder that is not there', ['train', '/nowhere', '--out', 'x.safetensors'], 'file-missing'],
	['another file ending', ['train', '.', '--out', 'x.bin'], 'bad-request'],
])('%s is refused', async (_, words, code) => {
	const refused = await segue(join(folder, 'home'), ...words, '--json');
	expect(JSON.parse(refused.out).error).toMatchObject({ code });
});
