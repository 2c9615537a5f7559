import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Matrix } from '../numeric/matrix.js';
import { EngineError } from '../protocol/errors.js';
import { foote } from '../segments/foote.js';
import { OLDA_FEATURES, olda } from '../segments/olda.js';
import type { Segmenter, SegmenterName } from '../segments/segmenter.js';
import { sf } from '../segments/structural-features.js';
import { bundledModels } from './inference/models.js';

/** The segmenter of that name; OLDA's learned transform is read when it is first asked for. */
export const segmenterNamed = (name: SegmenterName): Segmenter => {
	switch (name) {
		case 'foote':
			return foote;
		case 'sf':
			return sf;
		case 'olda':
			learned ??= olda(readTransform());
			return learned;
	}
};

let learned: Segmenter | undefined;

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
