/** Starts the slides of an exported report. */
import Reveal from 'reveal.js';

const slides = document.querySelector<HTMLElement>('.reveal');
if (slides !== null)
  void new Reveal(slides, {
    // the report's own element is the viewport: its style sheet styles the page
    embedded: true,
    keyboardCondition: null,
    width: 1280,
    height: 720,
    margin: 0.04,
    center: false,
    hash: true,
    slideNumber: 'c/t',
    transition: 'none',
  }).initialize();
