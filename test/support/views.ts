import type { CatalogState, EngineStatus } from '../../engine/protocol/messages.js';

export const someStatus: EngineStatus = {
	version: '0.1.0',
	device: { requested: 'auto', used: 'cpu', note: 'no graphics device was found' },
	embedding: { id: 'affect', note: 'needs no training' },
	ffmpeg: '6.1',
	home: '/home/editor/segue',
	demoCuts: [{ name: 'film', title: 'film.mp4' }],
};

export const someCatalog: CatalogState = { tracks: 0, folders: [], indexing: null };
