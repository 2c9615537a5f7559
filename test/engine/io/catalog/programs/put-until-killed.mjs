// Puts, copies and removes tracks in the catalogue of argument 1, from the number of argument 2 on, without end. Says each
// step on a line of its own once it is done: "put 7", "removed 5". Synchronous, so that no word is ever behind the deed.
import { writeSync } from 'node:fs';
import { SqliteCatalog } from '../../../../../dist/engine/io/catalog/sqlite-catalog.js';

const [home, first] = process.argv.slice(2);
// Segments of some fifteen rows, so that many are begun, moved and deleted.
const catalog = new SqliteCatalog(home, 'write', 2000);
catalog.addFolder('/music');

const floats = (length, n) => Float32Array.from({ length }, (_, k) => Math.sin(n + k));
const matrix = (rows, cols, n) => ({ rows, cols, data: floats(rows * cols, n) });
const analysisOf = n => ({
	duration: 3,
	loudness: -10,
	features: matrix(3, 400, n),
	tags: matrix(3, 100, n),
	curves: { level: floats(129, n), onsetStrength: floats(129, n), centroid: floats(129, n), peak: floats(129, n) },
	beats: { tempo: n, confidence: 1, beats: [0, 1, 2], downbeats: [], downbeatConfidence: 0 },
	sections: [{ start: 0, end: 3, label: 'A', energy: 'mid' }],
	key: null,
});
const trackOf = n => ({
	path: `/music/${n}.mp3`,
	folder: '/music',
	stamp: { size: n, modified: n },
	contentHash: n.toString(16).padStart(64, '0'),
	analysisVersion: 1,
	duration: 3,
	tempo: n,
	tempoConfidence: 1,
	loudness: -10,
	tags: { title: `Track ${n}`, artist: null, album: null, licence: null, hasCover: false },
	labels: [],
	vocals: 0,
});

for (let n = Number(first); ; n++) {
	const sections = { spans: [{ start: 0, end: 3 }], vectors: matrix(1, 24, n) };
	catalog.put(trackOf(n), analysisOf(n), new Map([['space', sections]]));
	writeSync(1, `put ${n}\n`);
	if (n % 3 !== 0) {
		catalog.remove([catalog.atPath(`/music/${n}.mp3`).id]);
		writeSync(1, `removed ${n}\n`);
	}
	if (n % 5 === 0) catalog.vectors.compact(0, 0);
}
