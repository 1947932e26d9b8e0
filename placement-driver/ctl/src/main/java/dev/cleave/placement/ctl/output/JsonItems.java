package dev.cleave.placement.ctl.output;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Map;

/** A JSON list of any length, written item by item: the same document as {@link Json#list}. Closing ends the document, not the writer. */
public final class JsonItems implements AutoCloseable {
    private final ObjectMapper mapper = new ObjectMapper();
    private final PrintWriter out;
    private final JsonGenerator generator;

    public JsonItems(PrintWriter out, String kind) {
        this.out = out;
        try {
            generator = mapper.getFactory().createGenerator(out);
            generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            generator.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
            generator.useDefaultPrettyPrinter();
            generator.writeStartObject();
            generator.writeStringField("apiVersion", Json.API_VERSION);
            generator.writeStringField("kind", kind);
            generator.writeArrayFieldStart("items");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    public void item(Map<String, ?> item) {
        try {
            mapper.writeValue(generator, item);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Override
    public void close() {
        try {
            generator.writeEndArray();
            generator.writeEndObject();
            generator.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        out.println();
        out.flush();
    }
}
