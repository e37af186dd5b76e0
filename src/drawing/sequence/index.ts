export { diagram, utcText, type DrawnJob } from './diagram';
export { mermaidText } from './mermaid';
export { plantUmlText } from './plantUml';
export { svgText, type SvgOptions } from './svg';
export { COLOURS, darkPalette, lightPalette, type Colour, type Palette } from './styles';
export { terminalLines, type Paint } from './terminal';
