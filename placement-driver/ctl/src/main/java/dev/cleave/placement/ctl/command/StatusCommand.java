package dev.cleave.placement.ctl.command;

import dev.cleave.placement.ctl.output.Listing;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code cleave status}: the cluster in a few lines. */
@Command(name = "status", description = "Shows whether the cluster is healthy.", mixinStandardHelpOptions = true)
public final class StatusCommand extends LookCommand {
    @Override
    protected Listing<?> look(Session session) {
        PdReply.Status status = session.ask(new PdRequest.GetStatus(), PdReply.Status.class);
        return Listing.single("Status", json(status), words(status));
    }

    private static boolean isHealthy(PdReply.Status status) {
        return status.storesUp() == status.stores()
                && status.regionsWithoutLeader() == 0
                && status.underReplicated() == 0
                && status.stores() > 0
                && status.regions() > 0;
    }

    private static String words(PdReply.Status status) {
        return "cluster   " + Long.toHexString(status.clusterId()) + " · "
                + (isHealthy(status) ? "healthy" : "needs attention") + "\n"
                + "pd        " + status.members() + " leader " + status.leader() + "\n"
                + "stores    " + status.storesUp() + " up of " + status.stores() + "\n"
                + "regions   " + status.regions() + " · without leader " + status.regionsWithoutLeader()
                + " · under-replicated " + status.underReplicated() + "\n"
                + "operators " + status.operators() + " running\n";
    }

    private static Map<String, Object> json(PdReply.Status status) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("clusterId", Long.toHexString(status.clusterId()));
        json.put("healthy", isHealthy(status));
        json.put("members", status.members().stream().map(Object::toString).toList());
        json.put("leader", status.leader().toString());
        json.put("storesUp", status.storesUp());
        json.put("stores", status.stores());
        json.put("regions", status.regions());
        json.put("regionsWithoutLeader", status.regionsWithoutLeader());
        json.put("underReplicated", status.underReplicated());
        json.put("operators", status.operators());
        return json;
    }
}
