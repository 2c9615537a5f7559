// Runs every network, small inputs, on WebGPU and on the CPU; writes each one's trial as JSON. Argument: models' folder.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import proto from 'onnx-proto';
import { openSession } from '../../../../../dist/engine/io/inference/session.js';

const folder = process.argv[2];
const { models } = JSON.parse(readFileSync(join(folder, 'models.json'), 'utf8'));
const webgpu = { name: 'webgpu', slowest: Number.POSITIVE_INFINITY };

let state = 1;
const random = () => {
	state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
	return (state >>> 16) / 65_536;
};
const size = dims => dims.reduce((product, length) => product * length, 1);
const bytes = dims => ({ type: 'uint8', dims, data: Uint8Array.from({ length: size(dims) }, () => 256 * random()) });
const floats = dims => ({ type: 'float32', dims, data: Float32Array.from({ length: size(dims) }, random) });

const trialOf = async (source, feeds) => {
	const session = await openSession(source, webgpu, 2);
	const { trial } = await session.run(feeds, null);
	return trial;
};
const file = id => {
	const { file, sha256 } = models.find(model => model.id === id);
	return { kind: 'file', path: join(folder, file), sha256 };
};

/** The first layer of the taggers' middle part alone: the whole takes a minute on a software device. */
const middleOfTagger = head => {
	const model = proto.onnx.ModelProto.decode(readFileSync(file('musicnn-track').path));
	const own = name => name.startsWith(`${head}_cnn1`);
	const info = name => ({ name, type: { tensorType: { elemType: 1, shape: null } } });
	model.graph.node = model.graph.node.filter(({ output }) => own(output[0]));
	model.graph.initializer = model.graph.initializer.filter(({ name }) => own(name));
	const dim = ['n', 561, 1, 187].map(d => (typeof d === 'string' ? { dimParam: d } : { dimValue: d }));
	model.graph.input = [{ name: `${head}_front`, type: { tensorType: { elemType: 1, shape: { dim } } } }];
	model.graph.output = [info(`${head}_cnn1`)];
	return { kind: 'bytes', bytes: proto.onnx.ModelProto.encode(model).finish() };
};

const trials = {
	'log-mel': await trialOf(file('log-mel'), { samples: floats([1, 16_000]) }),
	'efficientnet-lite0': await trialOf(file('efficientnet-lite0'), { images: bytes([1, 224, 224, 3]) }),
	transnetv2: await trialOf(file('transnetv2'), { frames: bytes([2, 27, 48, 3]) }),
	'musicnn mtt': await trialOf(middleOfTagger('mtt'), { mtt_front: floats([1, 561, 1, 187]) }),
	'musicnn msd': await trialOf(middleOfTagger('msd'), { msd_front: floats([1, 561, 1, 187]) }),
};
process.stdout.write(`${JSON.stringify(trials)}\n`);
