import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { chooseDevice, parseDevice } from '../../../../engine/io/inference/device.js';
import { bundledModels, readModels } from '../../../../engine/io/inference/models.js';
import type { ModelFile, Trial } from '../../../../engine/io/inference/thread-messages.js';

/** A Vulkan driver that computes on the CPU, as Debian's chromium package ships it. */
const SOFTWARE_VULKAN = '/usr/lib/chromium/vk_swiftshader_icd.json';

let model: ModelFile;
beforeAll(async () => {
	model = (await readModels(bundledModels())).get('log-mel')!;
});
afterEach(() => {
	vi.unstubAllEnvs();
});

test('device names are read in any case, and others are refused', () => {
	expect(['auto', 'CPU', ' WebGPU '].map(parseDevice)).toEqual(['auto', 'cpu', 'webgpu']);
	expect(() => parseDevice('gpu')).toThrow(expect.objectContaining({ code: 'bad-request' }));
});

test('the CPU is taken without a trial when it is asked for', async () => {
	const nowhere: ModelFile = { kind: 'file', path: '/nowhere', sha256: '' };
	expect(await chooseDevice('cpu', nowhere)).toMatchObject({ used: 'cpu' });
});

test('a device that this system cannot have is refused by name, with the reason', async () => {
	const foreign = process.platform === 'win32' ? 'coreml' : 'dml';
	const refused = chooseDevice(foreign, model);
	await expect(refused).rejects.toMatchObject({ code: 'device-unavailable' });
	await expect(refused).rejects.toThrow(`this build of ONNX Runtime has no ${foreign}`);
});

test('WebGPU without a Vulkan driver is refused by name', async () => {
	vi.stubEnv('VK_ICD_FILENAMES', '/nowhere.json');
	await expect(chooseDevice('webgpu', model)).rejects.toMatchObject({ code: 'device-unavailable' });
});

describe('on a software Vulkan device', () => {
	beforeAll(() => {
		expect(existsSync(SOFTWARE_VULKAN), `${SOFTWARE_VULKAN} is missing: apt-get install chromium`).toBe(true);
	});

	test('WebGPU can be had by name, and is not chosen by itself because it is slow', async () => {
		vi.stubEnv('VK_ICD_FILENAMES', SOFTWARE_VULKAN);
		expect(await chooseDevice('webgpu', model)).toMatchObject({ used: 'webgpu' });
		const report = await chooseDevice('auto', model);
		expect(report.used).toBe('cpu');
		expect(report.note).toMatch(/webgpu takes \d+\.\d times as long as the CPU|did not answer within/);
	});

	test('every network gives the numbers that it gives on the CPU', async () => {
		const program = fileURLToPath(new URL('./programs/run-on-webgpu.mjs', import.meta.url));
		const env = { ...process.env, VK_ICD_FILENAMES: SOFTWARE_VULKAN };
		const { stdout } = await promisify(execFile)(process.execPath, [program, bundledModels()], { env });
		const trials = JSON.parse(stdout) as Record<string, Trial>;
		expect(Object.keys(trials).length).toBe(5);
		for (const [name, { refused, difference }] of Object.entries(trials)) {
			expect({ name, refused }).toEqual({ name, refused: null });
			// Rounding only: both compute in float32, in another order.
			expect(difference).toBeLessThan(1e-4);
		}
	}, 300_000);
});
