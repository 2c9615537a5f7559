import { type DragEvent, useState } from 'react';

/** Takes a file that is dropped anywhere on the page. `isOver` while one is held above it. */
export const useDrop = (onFile: (file: File) => void) => {
	const [isOver, setIsOver] = useState(false);
	const holdsFile = ({ dataTransfer }: DragEvent): boolean => dataTransfer.types.includes('Files');
	return {
		isOver,
		handlers: {
			onDragOver: (event: DragEvent) => {
				if (!holdsFile(event)) return;
				event.preventDefault();
				setIsOver(true);
			},
			onDragLeave: (event: DragEvent) => {
				// Going from one element of the page to another leaves nothing.
				if (event.relatedTarget === null) setIsOver(false);
			},
			onDrop: (event: DragEvent) => {
				setIsOver(false);
				const file = event.dataTransfer.files[0];
				if (file === undefined) return;
				event.preventDefault();
				onFile(file);
			},
		},
	};
};
