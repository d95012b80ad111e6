// The small window of the identity provider has done its work.
"use strict";

window.close();
