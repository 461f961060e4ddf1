// What Swagger UI does not do by itself: requests go to the service that served this page, their token travels under
// the scheme that the description names, and the promises of each operation are shown with it.
//
// The token is kept in this page's memory and nowhere else: closing the page forgets it, no storage and no address
// holds it, and the content security policy lets it go to no other host.
"use strict";

/** Promises as a list in Markdown; nothing where there are none. */
function listOf(promises) {
  return (promises ?? []).map(({ rule, sentence }) => `- ${sentence} \`${rule}\``).join("\n");
}

/** Puts what an operation promises below its own words. */
function addPromises(operation) {
  const promises = listOf(operation["x-promises"]);
  if (promises !== "") {
    operation.description = `${operation.description ?? ""}\n\n**Promises**\n\n${promises}\n`;
  }
}

/** Puts what every operation promises below the words about the whole, folded up. */
function addCommonPromises(description) {
  const promises = listOf(description["x-promises"]);
  if (promises !== "") {
    const folded = `<details><summary>What every operation promises</summary>\n\n${promises}\n\n</details>\n`;
    description.info.description = `${description.info.description ?? ""}\n\n${folded}`;
  }
}

/** What a reference within the description leads to. */
function follow(description, object) {
  const names = object.$ref?.replace(/^#\//, "").split("/") ?? [];
  return names.reduce((found, name) => found[name.replaceAll("~1", "/").replaceAll("~0", "~")], description);
}

/**
 * Takes the examples off a parameter that may be left out, and names them beside it: Swagger UI fills them in, and a
 * request that is tried would be filtered, or refused for a precondition, that nobody meant.
 */
function leaveOut(description, parameter) {
  if (parameter.required || parameter.$ref !== undefined) {
    return;
  }
  const schema = parameter.schema.$ref === undefined ? parameter.schema : follow(description, parameter.schema);
  const example = parameter.example ?? schema.example;
  if (example !== undefined) {
    const { example: _, ...rest } = schema;
    delete parameter.example;
    parameter.schema = rest;
    parameter.description = `${parameter.description ?? ""}\n\nFor example \`${example}\`.`;
  }
}

function operationsOf(description) {
  const items = Object.values(description.paths);
  return items.flatMap((item) => Object.values(item).filter((member) => member?.responses));
}

/** Fills the list beside the operations: the tags, and how many operations each has. */
function listTags(description, operations) {
  const link = ({ name }) => {
    const count = document.createElement("span");
    count.textContent = operations.filter(({ tags }) => tags?.includes(name)).length;
    const anchor = document.createElement("a");
    anchor.href = `#operations-tag-${name}`;
    anchor.append(count, name);
    return anchor;
  };
  document.getElementById("tags").replaceChildren(...(description.tags ?? []).map(link));
}

/** The description as this page shows it: served from here, with its promises in words. */
function adapt(description) {
  for (const server of description.servers ?? []) {
    server.url = new URL(server.url, window.location.href).pathname;
    server.description = "The service that serves this page.";
  }
  const operations = operationsOf(description);
  const holders = [...operations, ...Object.values(description.paths)];
  const parameters = holders.flatMap((holder) => holder.parameters ?? []);
  for (const parameter of [...parameters, ...Object.values(description.components?.parameters ?? {})]) {
    leaveOut(description, parameter);
  }
  operations.forEach(addPromises);
  addCommonPromises(description);
  listTags(description, operations);
  return description;
}

/** Schemes of `Authorization` that Swagger UI writes by itself. */
const KNOWN_SCHEMES = ["basic", "bearer"];

function isOwnScheme(schema) {
  return schema.get("type") === "http" && !KNOWN_SCHEMES.includes(schema.get("scheme").toLowerCase());
}

/** The field for a token whose scheme is neither Basic nor Bearer; Swagger UI only says that it does not know it. */
function tokenField({ React }) {
  const element = React.createElement;
  return (Original) =>
    function TokenField(props) {
      const { schema, name, authorized, getComponent, onChange } = props;
      if (!isOwnScheme(schema)) {
        return element(Original, props);
      }
      const keep = (event) => onChange({ name, schema, value: event.target.value.trim() });
      const field = authorized.getIn([name, "value"])
        ? element("p", null, "A token is set; every request from this page carries it.")
        : element("input", {
            id: "token", type: "password", autoComplete: "off", spellCheck: false, required: true, autoFocus: true,
            "aria-label": name, onChange: keep,
          });
      return element("div", null,
        element("h4", null, element("code", null, `Authorization: ${schema.get("scheme")} …`)),
        element(getComponent("Markdown", true), { source: schema.get("description") }),
        element("label", { htmlFor: "token" }, "Token"),
        field,
        element("p", { className: "hint" }, "It stays in this page's memory, and is forgotten when the page is closed."));
    };
}

/** The command line without the token: it is meant to be copied, and people look over shoulders. */
function maskedCurl({ React }) {
  const masked = (value) => value.replace(/^(\S+) .*$/, "$1 YOUR_TOKEN");
  return (Original) => (props) => {
    const path = ["headers", "Authorization"];
    const { request } = props;
    const shown = request.hasIn(path) ? request.updateIn(path, masked) : request;
    return React.createElement(Original, { ...props, request: shown });
  };
}

function plugin(system) {
  return {
    statePlugins: {
      spec: { wrapActions: { updateJsonSpec: (original) => (description) => original(adapt(description)) } },
    },
    wrapComponents: { HttpAuth: tokenField(system), curl: maskedCurl(system) },
  };
}

/** Adds the token to a request for the service, and to no other. */
function authorise(request) {
  const here = new URL(request.url, window.location.href).origin === window.location.origin;
  if (here && !request.loadSpec) {
    const own = ui.authSelectors.authorized().filter((authorized) => isOwnScheme(authorized.get("schema")));
    own.forEach((authorized) => {
      request.headers.Authorization = `${authorized.getIn(["schema", "scheme"])} ${authorized.get("value")}`;
    });
  }
  return request;
}

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const followScheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", followScheme);
followScheme();

const ui = SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#reference",
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [plugin],
  requestInterceptor: authorise,
  validatorUrl: null,
  deepLinking: true,
  filter: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  defaultModelExpandDepth: 3,
  displayRequestDuration: true,
  persistAuthorization: false,
});
