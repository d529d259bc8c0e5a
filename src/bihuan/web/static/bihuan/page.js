// Entry of every page: starts each part that finds its elements.
import "./theme.js";
import "./toast.js";
import "./keys.js";
import "./rows.js";
import "./elapsed.js";
import "./drawer.js";
import "./forms.js";
import "./causes.js";
import "./photo.js";
import "./chart.js";
import "./live.js";
import "./wall.js";
