// The behaviours that the pages use, and no more; dropdowns and tooltips also start by themselves from data attributes.
import Collapse from "@tabler/core/js/src/bootstrap/collapse";
import Dropdown from "@tabler/core/js/src/bootstrap/dropdown";
import Modal from "@tabler/core/js/src/bootstrap/modal";
import Offcanvas from "@tabler/core/js/src/bootstrap/offcanvas";
import Popover from "@tabler/core/js/src/bootstrap/popover";
import Tab from "@tabler/core/js/src/bootstrap/tab";
import Tooltip from "@tabler/core/js/src/bootstrap/tooltip";

window.tabler = { Collapse, Dropdown, Modal, Offcanvas, Popover, Tab, Tooltip };
