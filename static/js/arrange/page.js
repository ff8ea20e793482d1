/** The page of a stack's sub-documents. */
import { readJson } from "../dom.js";
import { mountBoard } from "./board.js";

mountBoard(readJson("arrangement-data"));
