import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Matrix } from '../numeric/matrix.js';
import { EngineError } from '../protocol/errors.js';
import { defaultSegmenter } from '../segments/default-segmenter.js';
import { foote } from '../segments/foote.js';
import { OLDA_FEATURES, olda } from '../segments/olda.js';
import type { Segmenter, SegmenterName } from '../segments/segmenter.js';
import { sf } from '../segments/structural-features.js';
import { bundledModels } from './inference/models.js';

/** An algorithm as published, or what the product uses where nobody names one. */
export type SegmenterChoice = SegmenterName | 'default';

/** The segmenter of that name; OLDA's learned transform is read when it is first asked for. */
export const segmenterNamed = (name: SegmenterChoice): Segmenter => {
	switch (name) {
		case 'default':
			return defaultSegmenter(learnedTransform());
		case 'foote':
			return foote;
		case 'sf':
			return sf;
		case 'olda':
			return olda(learnedTransform());
	}
};

let learned: Matrix | undefined;

const learnedTransform = (): Matrix => {
	learned ??= readTransform();
	return learned;
};

const readTransform = (): Matrix => {
	const path = join(bundledModels(), 'olda-transform.f32');
	let bytes: Buffer;
	try {
		bytes = readFileSync(path);
	} catch (cause) {
		throw new EngineError('model-missing', `${path} is not there.`, { cause });
	}
	if (bytes.length !== 4 * OLDA_FEATURES ** 2) {
		throw new EngineError('model-damaged', `${path} has ${bytes.length} bytes, not ${4 * OLDA_FEATURES ** 2}.`);
	}
	const data = Float64Array.from({ length: OLDA_FEATURES ** 2 }, (_, i) => bytes.readFloatLE(4 * i));
	return { rows: OLDA_FEATURES, cols: OLDA_FEATURES, data };
};
