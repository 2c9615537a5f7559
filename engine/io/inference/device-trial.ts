import * as ort from 'onnxruntime-node';
import { openSession } from './session.js';
import type { Device, ModelFile, Tensor, Trial } from './thread-messages.js';

/**
 * Program of a process of its own: tries one device with the log-mel network and writes why it can't be had, or
 * null, to standard output. Its one argument is JSON: the device, its `slowest` as text, and the network's file.
 */
const tryDevice = async (device: Device, model: ModelFile): Promise<Pick<Trial, 'refused'>> => {
	// ONNX Runtime leaves out providers that it lacks without saying so, and runs on the CPU.
	if (!ort.listSupportedBackends().some(({ name }) => name === device.name)) {
		return { refused: `this build of ONNX Runtime has no ${device.name}` };
	}
	const session = await openSession(model, device, 1);
	const { trial } = await session.run({ samples: noise(160_000) }, null);
	await session.release();
	return { refused: trial?.refused ?? null };
};

/** Uniform noise in [-0.5, 0.5), always the same (a linear congruential generator with the constants of ANSI C). */
const noise = (length: number): Tensor => {
	const data = new Float32Array(length);
	let state = 1;
	for (let i = 0; i < length; i++) {
		state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
		data[i] = (state >>> 16) / 65_536 - 0.5;
	}
	return { type: 'float32', dims: [1, length], data };
};

const { device, model } = JSON.parse(process.argv[2] ?? '{}') as {
	device: { name: Device['name']; slowest: string };
	model: ModelFile;
};
const trial = await tryDevice({ name: device.name, slowest: Number(device.slowest) }, model);
process.stdout.write(`${JSON.stringify(trial)}\n`);
