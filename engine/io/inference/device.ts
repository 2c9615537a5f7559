import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DeviceReport } from '../../jobs/ports.js';
import { EngineError } from '../../protocol/errors.js';
import { compiledFile } from './compiled-file.js';
import type { Device, ModelFile, Trial } from './thread-messages.js';

export type RequestedDevice = 'auto' | Device['name'];

/**
 * Decides what the networks run on. A device that is asked for by name is tried for right numbers; with 'auto' the
 * devices that this system may have are tried in turn for right numbers and speed, and the CPU is what remains: so a
 * Vulkan driver that computes on the CPU is never chosen.
 *
 * @param model - the small network that is tried
 *
 * Throws EngineError 'device-unavailable' where a device asked for by name can't be had.
 */
export const chooseDevice = async (requested: RequestedDevice, model: ModelFile): Promise<DeviceReport> => {
	if (requested === 'cpu') return { requested, used: 'cpu', note: 'as asked' };
	if (requested !== 'auto') {
		const { refused } = await tryDevice({ name: requested, slowest: Number.POSITIVE_INFINITY }, model);
		if (refused === null) return { requested, used: requested, note: 'as asked' };
		throw new EngineError('device-unavailable', `The networks cannot run on ${requested}: ${refused}.`);
	}
	const reasons: string[] = [];
	for (const name of likelyDevices()) {
		const { refused } = await tryDevice({ name, slowest: SLOWEST_TRIAL }, model);
		if (refused === null)
			return { requested, used: name, note: [...reasons, `${name} was tried and works`].join('; ') };
		reasons.push(refused);
	}
	return { requested, used: 'cpu', note: reasons.join('; ') || 'no graphics device found' };
};

/** Reads a device's name as a person gives it. Throws EngineError 'bad-request'. */
export const parseDevice = (name: string): RequestedDevice => {
	const known = DEVICES.find(device => device === name.trim().toLowerCase());
	if (known) return known;
	throw new EngineError('bad-request', `SEGUE_DEVICE is '${name}', but can be ${DEVICES.join(', ')}.`);
};

const DEVICES = ['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const satisfies readonly RequestedDevice[];

/**
 * The trial's network is so small that a good graphics card may lose some time on it to transfers; a driver that
 * computes on the CPU was measured to take 40 times as long and more.
 */
const SLOWEST_TRIAL = 8;

/** Compiling a device's programs takes seconds at worst. */
const TRIAL_TIMEOUT_MS = 30_000;

/** Devices worth a trial on this system, best first. */
const likelyDevices = (): readonly Device['name'][] => {
	switch (process.platform) {
		case 'win32':
			return ['cuda', 'webgpu', 'dml'];
		case 'darwin':
			return ['webgpu', 'coreml'];
		default: {
			// /dev/dxg is the graphics card of the host as WSL shows it.
			const nvidia = hasFile('/dev', /^(nvidia\d+|dxg)$/);
			const named = process.env.VK_ICD_FILENAMES ?? process.env.VK_DRIVER_FILES;
			const vulkan = nvidia || named !== undefined || hasFile('/dev/dri', /^renderD/);
			return [...(nvidia ? (['cuda'] as const) : []), ...(vulkan ? (['webgpu'] as const) : [])];
		}
	}
};

const hasFile = (folder: string, name: RegExp): boolean => {
	try {
		return readdirSync(folder).some(entry => name.test(entry));
	} catch {
		return false;
	}
};

/** Tries a device in a process of its own, as a bad driver may end or hang the process that calls it. */
const tryDevice = (device: Device, model: ModelFile): Promise<Pick<Trial, 'refused'>> =>
	new Promise(resolve => {
		const options = { timeout: TRIAL_TIMEOUT_MS, killSignal: 'SIGKILL', encoding: 'utf8' } as const;
		const program = fileURLToPath(compiledFile('device-trial'));
		const task = JSON.stringify({ device: { ...device, slowest: String(device.slowest) }, model });
		execFile(process.execPath, [program, task], options, (error, stdout) => {
			const answer = stdout.trim().split('\n').at(-1) ?? '';
			if (error?.killed) resolve({ refused: `${device.name} did not answer within ${TRIAL_TIMEOUT_MS / 1000} s` });
			else if (error) resolve({ refused: `${device.name} ended the process that tried it` });
			else resolve(JSON.parse(answer) as Pick<Trial, 'refused'>);
		});
	});
